// SPDX-License-Identifier: BSD-2-Clause
// Kinds of mistakes that reach the image unnoticed when CAMkES and C are written by hand. Each is either a fixture that
// is refused at its line, or can not be in a plan at all: then a property of all plans says so (test/plan).
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { position, indexText } from '../src/diagnostics/lines.js';
import type { Content } from './support/files.js';
import { INVARIANTS, type InvariantName } from './support/plan-invariants.js';
import { compose, NOT_DRIVEN, UNJUDGED } from './support/run.js';

/** A kind of mistake: the fixtures that are refused, or the property that rules it out. */
type Kind = readonly [what: string, ...shown: ({ readonly never: InvariantName } | string)[]];

const never = (name: InvariantName): { never: InvariantName } => ({ never: name });

const KINDS: readonly Kind[] = [
  ['same BDF twice', 'bdf-twice', 'bdf-twice-by-name', never('a PCI function is given once')],
  ['BDF malformed, without quotes, or not there', 'bdf-malformed', 'bdf-unquoted', 'bdf-unknown'],
  ['same IO domain twice, or one that does not exist', never('an IO domain id is given once, from 1 on, and exists')],
  ['pass-through without VT-d or without a known machine', 'pci-without-iommu', 'pci-without-machine'],
  ['same I/O APIC pin twice', 'ioapic-pin-twice', 'ioapic-pin-of-the-console', 'intx-line-of-two-vms', never('an I/O APIC input or a message is given once')],
  ['pin 300, or past the last', 'ioapic-pin-300', 'ioapic-pin-past-the-last', 'intx-line-without-ioapic'],
  ['interrupt 16 of 16', 'msix-vector-16-of-16'],
  ['same interrupt vector twice, or vector 108 of 108', 'vectors-exhausted', never('an interrupt vector is given once and is one of 108')],
  ['same port range twice', 'ports-twice', 'ports-of-a-bar', 'ports-of-the-console', 'ports-past-the-last', never('an I/O port is given once and is one of 65,536')],
  ['same MMIO window twice', 'mmio-twice', 'mmio-of-a-bar', never('a page of device memory is given once, and whole')],
  ['MMIO window in the guest’s RAM, not aligned, out of reach', 'mmio-in-ram', 'mmio-not-a-page', 'mmio-too-high', never('the parts of a guest’s memory map are apart')],
  ['RAM beyond the pool', 'ram-beyond-the-pool', never('a monitor has RAM of exactly its VM’s size')],
  ['RAM or storage not in whole frames', 'ram-not-in-frames', 'ramdisk-not-in-frames', 'size-without-unit'],
  ['untyped memory that does not suffice', never('untyped memory is of object sizes, largest first')],
  ['missing image, or none that boots', 'image-missing', 'image-of-32-bits', 'image-is-an-elf', never('images exist, each once')],
  ['image that does not fit', 'kernel-does-not-fit', 'initrd-does-not-fit', never('what boots lies in RAM, apart')],
  ['setting on an unknown instance', 'setting-on-an-unknown-vm', 'link-to-an-unknown-vm', 'console-unknown', never('a channel has two ends at two components that exist')],
  ['priority 300', 'priority-300'],
  ['misspelt attribute names that only templates read', 'misspelt-setting', 'misspelt-in-depth', 'misspelt-at-the-top'],
  ['connection with one end, three, or both at one instance', 'link-to-itself', 'link-with-three-ends', never('a channel has its name alone, and so has each port at its component')],
  ['dataports of two sizes', never('both ends have slots for both regions and the signal'), never('a VM sees its channels as they are')],
  ['badge that nobody waits for, or a bit past the badge', never('an end raises the bit that its peer waits for'), never('each event has a bit of a badge, and each bit its turn'), never('an interrupt raises the bit of its event')],
  ['slot twice, or beyond the CNode', never('slots follow each other from 256 on, inside the CNode'), never('a slot is named once'), never('what a component has, it has slots for')],
  ['more monitors than an ASID pool serves', never('an ASID pool exists and serves at most 512')],
  ['instance or name twice', 'vm-twice', 'names-that-meet', never('a component has its name alone'), never('an event has its name alone')],
  ['core that is not started', 'core-not-started', 'more-cores-than-the-machine', never('a component runs on a core that is started')],
  ['budget that is not kept', 'budget-without-mcs', 'budget-past-its-period'],
  ['same UART or serial port twice', 'uart-twice', 'serial-port-twice', never('an edge-triggered interrupt of a guest has one source')],
  ['same MAC address or context id twice', 'mac-twice', 'cid-twice', never('MAC addresses differ, and so do context ids'), never('a socket device’s peers exist')],
  ['same guest PCI slot twice', 'pci-slot-twice', never('a guest’s PCI addresses differ, in range, each bus behind a port'), never('a device with several functions says so at its first')],
  ['registers of guest devices that meet', never('registers are aligned, apart, and inside a window'), never('registers behind a root port lie in its window'), never('all of a guest’s memory map lies below 512 GiB')],
  ['guest interrupts that reach nothing', never('a guest’s interrupts reach an I/O APIC'), never('an interrupt pin of a guest has one line'), never('APIC ids differ')],
  ['command line that breaks out of its string', 'cmdline-with-a-newline'],
  ['ring of a size that its users do not take', 'ring-not-a-power-of-two'],
  ['what is not supported silently left out', 'not-yet'],
]; // prettier-ignore

const dir = path.join(import.meta.dirname, 'fixtures/mistakes');
const read = (name: string): string => readFileSync(path.join(dir, name), 'utf8');
const names = readdirSync(dir);
const machines = names.filter((name) => name.endsWith('.machine.yaml'));
const fixtures = names
  .filter((name) => !machines.includes(name))
  .map((n) => n.replace('.yaml', ''));

const FILES: Readonly<Record<string, Content>> = {
  ...Object.fromEntries(machines.map((name) => [name, read(name)])),
  'images/vmlinuz32': '@bzimage32',
  'images/vmlinuz100': '@bzimage-of-100-mib',
  'images/vmlinux': '@elf',
  'images/large': '@initrd-of-60-mib',
};

/** What a fixture says of itself: `# <- CODE…` at the line of each finding. */
function expected(text: string): string[] {
  return text.split('\n').flatMap((line, n) => {
    const codes = /# <- (.+)$/.exec(line)?.[1]?.split(' ') ?? [];
    return codes.map((code) => `${n + 1} ${code}`);
  });
}

describe.each(fixtures)('%s', (name) => {
  test('is refused, at its line', () => {
    const text = read(`${name}.yaml`);
    const { diagnostics, sources, composition } = compose(text, FILES);
    const found = diagnostics
      .filter((d) => ![NOT_DRIVEN, UNJUDGED].includes(d.code))
      .map(({ span, code }) => {
        const source = sources[span.file]?.text ?? '';
        return `${position(indexText(source), span.start).line} ${code}`;
      });
    expect(found).toEqual(expected(text));
    expect(composition).toBeUndefined();
  });
});

describe('the kinds of mistakes', () => {
  test('are at least the 25 that reached the image', () => {
    expect(KINDS.length).toBeGreaterThanOrEqual(25);
  });

  test.each(KINDS)('%s: is shown by something', (...[, ...shown]) => {
    expect(shown).not.toEqual([]);
  });

  test('name every fixture and every property, once', () => {
    const shown = KINDS.flatMap(([, ...by]) => by);
    const byFixture = shown.filter((by) => typeof by === 'string');
    expect(byFixture.sort()).toEqual(fixtures.sort());
    const byProperty = shown.flatMap((by) => (typeof by === 'string' ? [] : by.never));
    expect(byProperty.sort()).toEqual(Object.keys(INVARIANTS).sort());
  });
});
