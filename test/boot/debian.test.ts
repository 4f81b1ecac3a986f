// SPDX-License-Identifier: BSD-2-Clause
// Debian's unmodified cloud kernel, booted in our monitors by the program that users run. Each boot shows several things, and
// takes a minute or two in Bochs: not one more than is needed.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Folder, PROGRAM } from '../support/cli.js';
import { addBurst, bursts, checkCosts, checkGroups, counted, GROUPS } from './bursts.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PROMPT = '~ # ';
/** What a shell says when it begins. */
const SHELL = "Enter 'help' for a list";
/** Five machines on two processors: a boot of two VMs with work to do took ten minutes on a busy one. */
const SECONDS = 1800;

let folder: Folder;
beforeAll(async () => {
  await execa('tsx', ['src/tools/guests.ts'], { cwd: ROOT, preferLocal: true, stdin: 'ignore' });
  folder = new Folder();
  mkdirSync(folder.path('guest'));
  for (const name of ['vmlinuz', 'initrd.cpio.gz']) {
    symlinkSync(path.join(ROOT, 'systems/images', name), folder.path(`guest/${name}`));
  }
  await addBurst(folder.path('guest'));
}, 300_000);
afterAll(() => {
  folder.remove();
});

/** A VM of a description. */
function vm(name: string, memory: string, cmdline = '', initrd = 'initrd'): string {
  return `  ${name}:
    memory: ${memory}
    boot: { type: linux, kernel: guest/vmlinuz, initrd: guest/${initrd}.cpio.gz, cmdline: "console=ttyS0 ${cmdline}" }
    serial: { com1: { console: front } }
`;
}

/** Command line of a VM that gives itself an address on each link, runs commands, and ends. */
function networked(address: number, commands: readonly string[], links = 1): string {
  const script = [
    `for i in $(seq 0 ${String(links - 1)})`,
    `do ip addr add 10.0.$i.${String(address)}/24 dev eth$i; ip link set eth$i up`,
    'done',
    ...commands,
    'poweroff -f',
  ];
  return `-- sh -c \\"${script.join('; ')}\\"`;
}

/** What the console shows when a description is run and talked with. */
async function boot(
  name: string,
  vms: string,
  chat: readonly string[],
  output: 'colour' | 'prefix' = 'colour',
): Promise<string> {
  const file = folder.path(`${name}.yaml`);
  const front = `{ uart: com1, output: ${output} }`;
  writeFileSync(file, `makatea: 1\nname: ${name}\nconsoles: { front: ${front} }\nvms:\n${vms}`);
  const args = [
    ...PROGRAM,
    'run',
    file,
    '--machine',
    'bochs',
    '--timeout',
    String(SECONDS),
    ...chat,
  ];
  const { all, exitCode } = await execa('node', args, {
    all: true,
    reject: false,
    stdin: 'ignore',
  });
  if (exitCode !== 0) throw new Error(`ended with ${String(exitCode)}:\n${all.slice(-4000)}`);
  return all;
}

const expecting = (text: string): readonly string[] => ['--expect', text];
/** Colours of the first and of the third port (ECMA-48, SGR), and how the console takes an incomplete line away. */
const [WEB, DB, ERASED] = ['\x1b[32m', '\x1b[36m', '\r\x1b[K'];
const sending = (text: string): readonly string[] => ['--send', text];
/** A key behind the console's escape key, Ctrl-A. */
const key = (name: string): readonly string[] => sending(`\\x01${name}`);
const typing = (line: string): readonly string[] => ['--send', `${line}\\n`];

describe.concurrent('Debian’s kernel', { timeout: (SECONDS + 60) * 1000 }, () => {
  test('boots with x2APIC to a shell that takes commands, boots again after reboot, and ends after poweroff', async () => {
    const console = await boot('one', vm('linux', '256MiB'), [
      '--exits',
      ...expecting(PROMPT),
      ...typing('uname -r; dmesg | grep -i x2apic; cat /proc/interrupts; cat /proc/iomem'),
      ...expecting(PROMPT),
      ...typing('reboot -f'),
      ...expecting(PROMPT),
      ...typing('poweroff -f'),
    ]);
    expect(console).toMatch(/\d\.\d+\.\d+-\d+-cloud-amd64/);
    expect(console).toContain('x2apic enabled');
    expect(console).toMatch(/IO-APIC +4-edge +ttyS0/);
    expect(console).toContain('PCI MMCONFIG');
    expect(console).toContain('makatea: linux: reset');
    expect(console).toContain('makatea: linux: ended: off');
    expect(console).toMatch(/HLT +[1-9]/);
  });

  test('boots with the memory-mapped APIC in 64 MiB, with kvm-clock and by ACPI alone', async () => {
    const cmdline = 'nox2apic initcall_blacklist=tracer_init_tracefs';
    const console = await boot('little', vm('linux', '64MiB', cmdline), [
      ...expecting(PROMPT),
      ...typing(
        'free -m; cat /sys/devices/system/clocksource/clocksource0/available_clocksource; date +%Y',
      ),
      ...expecting(PROMPT),
      ...typing('poweroff -f'),
      ...expecting('ended: off'),
    ]);
    expect(console).not.toContain('x2apic enabled');
    expect(console).toContain('APIC: Switch to symmetric I/O mode setup');
    expect(console).toContain('kvm-clock');
    expect(console).toContain('ACPI: PM-Timer IO Port: 0x608');
    // The RAM that would end before the kernel does stands above the kernel's load address.
    expect(console).toMatch(/BIOS-e820: \[mem 0x0000000001000000-0x0000000004dfffff\] usable/);
    expect(console).toMatch(/Memory: \d+K\/65144K available/);
  });

  test('boots with more memory than there is below 4 GiB', async () => {
    const console = await boot('large', vm('linux', '3712MiB'), [
      ...expecting(PROMPT),
      ...typing('free -m'),
      ...expecting('Swap'),
    ]);
    const total = /Mem: +(\d+)/.exec(console)?.[1];
    expect(Number(total)).toBeGreaterThan(3500);
    expect(console).toMatch(/BIOS-e820: \[mem 0x0000000100000000-0x[0-9a-f]+\] usable/);
  });

  test('boots in three VMs on one console; by its VirtIO console one of them restarts the second while it transfers with the third', async () => {
    const controlled = '    lifecycle: { controllers: [web] }\n';
    const terminals =
      '    terminals: { shell: { console: front, size: { columns: 100, rows: 30 } } }\n';
    const links = `links:
  cable: { type: serial, ends: { web: { terminal: cable }, db: { port: com2 } } }
  private: { type: net, ends: { web: {}, mail: {} } }
`;
    const server = networked(2, [
      'head -c 1048576 /dev/urandom >part; for i in $(seq 8); do cat part; done >big',
      'echo sum $(md5sum <big); httpd -f -p 80 -h /root',
    ]);
    const console = await boot(
      'three',
      vm('web', '128MiB') +
        terminals +
        vm('db', '128MiB') +
        controlled +
        vm('mail', '128MiB', `quiet ${server}`) +
        links,
      [
        // Two shells are up. The hot key selects db, whose prompt is shown then.
        ...expecting(SHELL),
        ...expecting(SHELL),
        ...key('3'),
        ...expecting('you are connected with db'),
        ...expecting(PROMPT),
        // What the kernel has to say would stand in the middle of what comes over the cable.
        ...typing('dmesg -n 1; stty -F /dev/ttyS1 raw -echo; cat /dev/ttyS1 &'),
        ...expecting(PROMPT),
        ...key('1'),
        ...expecting('you are connected with web'),
        ...typing('cat /sys/class/virtio-ports/*/name; stty -F /dev/hvc0 size'),
        ...expecting('makatea.lifecycle'),
        ...expecting(PROMPT),
        // Linux numbers them by VirtIO device, of which the network's is one.
        ...typing('p=$(echo /dev/vport*p1); [ -c $p ] && seq 1000 1999 >$p; cat $p &'),
        // All of it has gone over the cable, in order, and comes back by another hand.
        ...expecting('1998'),
        ...expecting('1999'),
        ...key('3'),
        ...typing('echo back $((30+12)) >/dev/ttyS1'),
        ...expecting('back 42'),
        // The VirtIO console, both ways: what is typed at it comes out of the serial port in capitals.
        ...key('1'),
        ...typing('echo seen $((20+22)) >/dev/hvc0; head -n 1 /dev/hvc0 | tr a-z A-Z &'),
        ...expecting('seen 42'),
        ...key('2'),
        ...expecting('you are connected with web/shell'),
        ...typing('typed there'),
        ...expecting('TYPED THERE'),
        ...key('1'),
        ...typing('makatea-ctl; makatea-ctl stop mail; echo code $?'),
        ...expecting('db running'),
        ...expecting('makatea-ctl: no such VM'),
        ...expecting('code 1'),
        // web restarts db, and goes on fetching from mail all the time.
        ...typing('ip addr add 10.0.0.1/24 dev eth0; ip link set eth0 up'),
        ...typing(
          'g=got; while sleep 1; do wget -q -O big http://10.0.0.2/big && echo $g $(md5sum <big); done &',
        ),
        ...expecting('got '),
        ...typing('makatea-ctl restart db'),
        ...expecting('makatea: db: stopped'),
        ...expecting('makatea: db: starts again'),
        ...expecting('got '),
        ...expecting('Linux version'),
        ...expecting('got '),
        ...expecting(SHELL),
        ...expecting('got '),
        // The menu stops web.
        ...key('m'),
        ...expecting('web running'),
        ...expecting('db running'),
        ...sending('stop web\\r'),
        ...expecting('makatea: web: stopped'),
        ...sending('db\\r'),
        ...expecting(PROMPT),
        ...typing('poweroff -f'),
        ...expecting('makatea: db: ended: off'),
      ],
    );
    const rows = console.split('\n').map((row) => row.split(ERASED).at(-1) ?? '');
    const lines = rows.map((row) => stripVTControlCharacters(row).trimEnd());
    // db prints them; the first one stands behind its prompt.
    const numbers = rows
      .filter((row) => row.startsWith(DB))
      .map((row) => stripVTControlCharacters(row).trimEnd())
      .flatMap((line) => /^(?:~ # )?(1\d{3})$/.exec(line)?.[1] ?? []);
    // Whoever switches to db later sees its last lines again.
    expect(numbers.slice(0, 1000)).toEqual(
      Array.from({ length: 1000 }, (_, i) => String(1000 + i)),
    );
    for (const name of ['shell', 'cable', 'makatea.lifecycle']) expect(lines).toContain(name);
    // Rows and columns; Linux takes them in the wrong order (VirtIO 1.2, 5.3.6.2) in some of its versions.
    expect(lines.some((line) => ['30 100', '100 30'].includes(line))).toBe(true);
    // Every copy that was fetched is that of the server.
    const sum = lines.flatMap((line) => /^sum ([0-9a-f]{32})/.exec(line)?.[1] ?? [])[0];
    const copies = lines.flatMap((line) => /got ([0-9a-f]{32})/.exec(line)?.[1] ?? []);
    expect(new Set(copies)).toEqual(new Set([sum]));
    // Each port has its colour, and no row has two.
    const booted = rows.filter((row) => row.includes('Linux version'));
    expect(booted.some((row) => row.startsWith(WEB))).toBe(true);
    expect(booted.some((row) => row.startsWith(DB))).toBe(true);
    expect(rows.filter((row) => row.includes(WEB) && row.includes(DB))).toEqual([]);
  });

  test('sends 64 MiB over the network link between two VMs, whose lines carry their names', async () => {
    // Enough bytes for segments of all sizes, and few of them random: /dev/urandom is slow in an emulator.
    const server = [
      'head -c 1048576 /dev/urandom >part',
      'for i in $(seq 64); do cat part; done >big; md5sum big',
      'httpd -p 80 -h /root; touch ready',
      'until wget -q -O small http://10.0.0.1/small; do sleep 1; done; md5sum small',
      ...bursts(1),
    ];
    const client = [
      'until ping -c 3 10.0.0.2; do sleep 1; done',
      'until wget -q -O /dev/null http://10.0.0.2/ready; do sleep 1; done',
      'wget -q -O big http://10.0.0.2/big; md5sum big',
      ...bursts(2),
      'head -c 4194304 big >small; md5sum small; httpd -p 80 -h /root',
      'while ping -c 1 -W 1 10.0.0.2; do sleep 1; done',
    ];
    const links = ['private', ...GROUPS.map(({ link }) => link)];
    const ends = '{ type: net, ends: { web: {}, db: {} } }';
    // The files have 69 MiB; of its memory Linux lends them half.
    const console = await boot(
      'net',
      vm('web', '208MiB', networked(1, client, links.length), 'bursts') +
        vm('db', '208MiB', networked(2, server, links.length), 'bursts') +
        `links: { ${links.map((link) => `${link}: ${ends}`).join(', ')} }\n`,
      ['--exits', ...expecting('db: ended: off'), ...expecting('web: ended: off')],
      'prefix',
    );
    expect(console).toMatch(/^web: .*Linux version/m);
    expect(console).toMatch(/^db: .*Linux version/m);
    expect(console).toContain('3 packets transmitted, 3 packets received');
    for (const file of ['big', 'small']) {
      const sums = [...console.matchAll(new RegExp(`([0-9a-f]{32}) {2}${file}`, 'g'))];
      expect(sums).toHaveLength(2);
      expect(sums[0]?.[1]).toBe(sums[1]?.[1]);
    }
    for (const link of links) {
      checkCosts(console, link, 'web', 'db');
      checkCosts(console, link, 'db', 'web');
    }
    for (const group of GROUPS) {
      checkGroups(console, group, 'web', 'db');
      checkGroups(console, group, 'db', 'web');
    }
    // REQ-108: segments travel whole, and cost what a packet costs.
    const { packets, bytes } = counted(console, 'db', 'private').sent;
    expect(bytes / packets).toBeGreaterThan(4 * 1514);
  });
});
