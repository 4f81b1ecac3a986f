// SPDX-License-Identifier: BSD-2-Clause
// The parts of `makatea run`, each by itself.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cacheDir } from '../../src/run/cache.js';
import { Chat, chatOf } from '../../src/run/chat.js';
import { emulator } from '../../src/run/emulator.js';
import { VmReports } from '../../src/run/exits.js';
import { imageSource } from '../../src/run/image-source.js';
import { chooseMachine } from '../../src/run/machine.js';
import { bochsMemory, machineMemory } from '../../src/run/memory.js';
import { Progress } from '../../src/run/progress.js';
import { twoVms } from '../../src/diagnostics/examples.js';
import { INCLUDE, STRICT } from '../emit/c-compiler.js';
import { compose } from '../support/run.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'makatea-run-'));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
  writeFileSync(path.join(dir, file), text, { mode: 0o755 });
}

describe('the machine is KVM only where nested VT-x is there', () => {
  const FLAGS = 'flags\t\t: fpu vme vmx sse\nvmx flags\t: vnmi ept vpid unrestricted_guest\n';
  const choose = (asked: 'auto' | 'kvm') =>
    chooseMachine(asked, { root: dir, searchPath: path.join(dir, 'bin') });
  beforeEach(() => {
    write('dev/kvm', '');
    write('proc/cpuinfo', `processor\t: 0\n${FLAGS}`);
    write('sys/module/kvm_intel/parameters/nested', 'Y\n');
    write('bin/qemu-system-x86_64', '');
  });

  test('with all of it', () => {
    expect(choose('auto')).toEqual({ kind: 'kvm' });
    write('sys/module/kvm_intel/parameters/nested', '1\n');
    expect(choose('kvm')).toEqual({ kind: 'kvm' });
  });

  test.each([
    ['no /dev/kvm', 'dev/kvm', undefined, '/dev/kvm is not there'],
    ['no VT-x', 'proc/cpuinfo', FLAGS.replace(' vmx ', ' '), 'no VT-x'],
    [
      'a flag whose name only begins so',
      'proc/cpuinfo',
      FLAGS.replace('ept', 'ept_ad'),
      'lacks ept',
    ],
    ['no EPT', 'proc/cpuinfo', FLAGS.replace('ept ', ''), 'lacks ept'],
    [
      'no unrestricted guest',
      'proc/cpuinfo',
      FLAGS.replace('unrestricted_guest', ''),
      'lacks unre',
    ],
    ['no nesting', 'sys/module/kvm_intel/parameters/nested', 'N\n', 'nested VT-x is off'],
    ['no kvm_intel', 'sys/module/kvm_intel/parameters/nested', undefined, 'nested VT-x is off'],
    ['no QEMU', 'bin/qemu-system-x86_64', undefined, 'no qemu-system-x86_64'],
  ])('%s: Bochs, with the reason', (_what, file, text, reason) => {
    rmSync(path.join(dir, file));
    if (text !== undefined) write(file, text);
    const because: unknown = expect.stringContaining(reason);
    expect(choose('auto')).toEqual({ kind: 'bochs', because });
    expect(choose('kvm')).toMatchObject({ fault: because });
  });

  test('Bochs when it is asked for', () => {
    expect(chooseMachine('bochs', { root: dir, searchPath: '' })).toEqual({ kind: 'bochs' });
  });
});

describe('memory', () => {
  const MIB = 2 ** 20;
  const plan = (...guests: number[]) => {
    const made = compose(twoVms()).composition?.plan;
    const [vm] = made?.vms ?? [];
    if (made === undefined || vm === undefined) throw new Error('does not compose');
    return { ...made, vms: guests.map((mib) => ({ ...vm, memory_bytes: mib * MIB })) };
  };

  test('is more than all guests and images, and a multiple of 64 MiB', () => {
    for (const guests of [[64], [256, 256], [4096]]) {
      const sum = guests.reduce((a, b) => a + b);
      const mib = machineMemory(plan(...guests));
      expect(mib).toBeGreaterThan(sum + 64);
      expect(mib).toBeLessThan(sum + 320);
      expect(mib % 64).toBe(0);
    }
  });

  test('counts the images by their size', () => {
    const [image] = plan(64).images;
    if (image === undefined) throw new Error('no image');
    const more = { ...plan(64), images: [{ ...image, frames: image.frames + 32 }] };
    expect(machineMemory(more)).toBe(machineMemory(plan(64)) + 128);
  });

  // Facts of Bochs 2.7: `megs` ends it from 3072 on; there is no RAM from 3 to 4 GiB.
  test.each([
    [512, 'megs: 512'],
    [2048, 'megs: 2048'],
    [2112, 'memory: guest=2112, host=1024'],
    [3072, 'memory: guest=3072, host=1024'],
    [3136, 'memory: guest=4160, host=1024'],
    [4352, 'memory: guest=5376, host=1024'],
  ])('Bochs is given %d MiB', (mib, line) => {
    expect(bochsMemory(mib)).toBe(line);
  });
});

describe('an emulator', () => {
  const options = { dir: '/d', iso: '/d/system.iso', memory: 448, cores: 1, port: 4711 };

  test('QEMU: with VT-x, our serial port, and an end at the port that the bench writes to', () => {
    const { command, args } = emulator('kvm', options);
    expect(command).toBe('qemu-system-x86_64');
    expect(args.join(' ')).toMatch(/accel=kvm -cpu host,\+vmx -m 448 /);
    expect(args).toContain('socket,id=console,host=127.0.0.1,port=4711');
    expect(args).toContain('isa-debug-exit,iobase=0x8900,iosize=1');
    expect(emulator('kvm', { ...options, cpu: 'max' }).args).toContain('max');
  });

  test('Bochs: a processor that can do it, and our serial port', () => {
    const { files } = emulator('bochs', options);
    const config = files.get('/d/bochsrc');
    expect(config).toMatch(/^cpu: model=corei7_skylake_x,/m);
    expect(config).toMatch(/^megs: 448$/m);
    expect(config).toMatch(/^com1: enabled=1, mode=socket-client, dev=localhost:4711$/m);
  });
});

describe('a conversation', () => {
  const steps = (...args: string[]) => {
    const chat = chatOf(args);
    if ('wrong' in chat) throw new Error(chat.wrong);
    return chat;
  };
  const hear = (chat: Chat, text: string) => chat.hear(Buffer.from(text)).map(String);

  test('knows escapes, and no others', () => {
    const [step] = steps('--send', String.raw`a\n\r\t\e\\\x1dé`);
    expect(step?.bytes).toEqual(Buffer.from('a\n\r\t\x1b\\\x1dé'));
    for (const text of [String.raw`\q`, '\\', String.raw`\x1`, '']) {
      expect(chatOf(['--send', text])).toHaveProperty('wrong');
    }
  });

  test('ends where options end, and leaves others alone', () => {
    const args = ['run', 'f', '--keep=--send', '--expect', '--', '--send', 'x'];
    expect(steps(...args).map(({ kind, text }) => [kind, text])).toEqual([
      ['expect', '--'],
      ['send', 'x'],
    ]);
    expect(steps('--', '--send', 'x')).toEqual([]);
  });

  test('finds each text after the one before only', () => {
    const chat = new Chat(steps('--expect', '# ', '--send', 'a', '--expect', '# ', '--send', 'b'));
    expect(hear(chat, 'x# ')).toEqual(['a']);
    expect(hear(chat, 'a\n#')).toEqual([]);
    expect(chat.over).toBe(false);
    expect(chat.awaited).toBe('# ');
    expect(hear(chat, ' ')).toEqual(['b']);
    expect(chat.over).toBe(true);
  });

  test('finds several texts in one piece', () => {
    const chat = new Chat(steps('--expect', 'a', '--expect', 'b', '--send', 'c'));
    expect(hear(chat, 'xaxbx')).toEqual(['c']);
  });

  test('finds a text that begins again inside itself', () => {
    const chat = new Chat(steps('--expect', 'aab'));
    for (const text of ['a', 'a', 'a', 'b']) hear(chat, text);
    expect(chat.over).toBe(true);
  });

  test('without steps is never over', () => {
    expect(new Chat([]).over).toBe(false);
  });
});

describe('what the bench reports', () => {
  const heard = (...pieces: string[]) => {
    const report = new VmReports(['web', 'db']);
    for (const piece of pieces) report.hear(Buffer.from(piece));
    return report;
  };

  test('is found across pieces, and in a line that a guest has begun', () => {
    const report = heard(
      '~ # mak',
      'atea: db: ended: cra',
      'shed\r',
      '\nmakatea: web: ended: off\n',
    );
    expect(report.ended).toBe(2);
    expect(report.failures).toEqual(['VM "db" ended: crashed']);
  });

  test('of a VM that starts again is that it runs; its last end and its last counts are told', () => {
    const report = heard(
      'makatea: web: ticks 10 1 1\nmakatea: web: exits HLT 3 9\nmakatea: web: ended: crashed\n',
      'makatea: web: starts again\n',
    );
    expect([report.ended, report.failures]).toEqual([0, []]);
    report.hear(Buffer.from('makatea: web: ticks 20 2 2\nmakatea: web: exits HLT 7 21\n'));
    report.hear(Buffer.from('makatea: web: ended: off\n'));
    expect([report.ended, report.failures]).toEqual([1, []]);
    expect(report.table()).toMatch(/HLT +7 +100\.0 % +21/);
    expect(report.table()).not.toMatch(/HLT +3/);
  });

  test('of a VM that there is not counts for nothing', () => {
    expect(heard('makatea: cat: ended: off\n').ended).toBe(0);
  });

  test('is bounded, whatever a guest prints', () => {
    const report = heard('x'.repeat(1_000_000));
    report.hear(Buffer.from('makatea: web: ended: off\n'));
    expect(report.ended).toBe(0);
    const many = Array.from({ length: 1000 }, (_, n) => `makatea: web: exits R${n} 1 1\n`).join('');
    const rows = heard(many)
      .table()
      .split('\n')
      .filter((line) => line.startsWith('  R'));
    expect(rows).toHaveLength(128);
    expect(heard(`makatea: web: exits R ${'9'.repeat(300)} 1\n`).table()).toMatch(/none were/);
  });

  test('has the queues of VirtIO devices, and the packets of networks', () => {
    const table = heard(
      'makatea: web: exits HLT 3 0\nmakatea: web: queue cable 1 12 11 64 9\n',
      'makatea: web: packets cable 64 4096 7 500\nmakatea: web: queue cable x\n',
    ).table();
    expect(table).toMatch(/VirtIO queues of web:/);
    expect(table).toMatch(/cable 1 +12 +11 +64 +9\n/);
    expect(table).toMatch(/cable +64 +4096 +7 +500\n/);
    expect(table).not.toMatch(/VirtIO queues of db/);
    const many = 'makatea: web: queue q 0 1 1 1 1\n'.repeat(5000);
    const rows = heard(many)
      .table()
      .match(/^ {2}q 0/gm);
    expect(rows).toHaveLength(2048);
  });

  test('has no shares where there is nothing to share', () => {
    const table = heard('makatea: web: exits HLT 3 0\n').table();
    expect(table).toMatch(/HLT +3 +100\.0 % +0 +-/);
    expect(table).toMatch(/VM exits of db: none were reported/);
  });
});

describe('progress', () => {
  const said = (isTTY: boolean) => {
    const texts: string[] = [];
    const progress = new Progress({ isTTY, write: (text) => texts.push(text) });
    return { texts, progress };
  };

  test('is a line a stage where it is not seen live', () => {
    const { texts, progress } = said(false);
    progress.stage('compiling …');
    progress.stage('booting …');
    progress.end();
    expect(texts).toEqual(['makatea: compiling …\n', 'makatea: booting …\n']);
  });

  test('tells ten times how far a stage is, where it is not seen live', () => {
    const { texts, progress } = said(false);
    progress.stage('building …');
    for (let done = 1; done <= 40; done += 1) progress.step(done, 40, 'CC x.o');
    expect(texts.slice(1, 3)).toEqual([
      'makatea: building … 4 of 40\n',
      'makatea: building … 8 of 40\n',
    ]);
    expect(texts).toHaveLength(11);
  });

  test('shows each step on a terminal, as far as the line goes', () => {
    vi.useFakeTimers();
    const texts: string[] = [];
    const write = (text: string): unknown => texts.push(text);
    const progress = new Progress({ isTTY: true, columns: 40, write });
    progress.stage('building …');
    progress.step(7, 271, 'Generating a file of a very long name');
    progress.end();
    progress.step(8, 271, 'too late');
    expect(texts.slice(1)).toEqual(['\r\x1b[Kmakatea: building … 0 s [7/271] Generat', '\r\x1b[K']);
  });

  test('is one line with the time on a terminal, and is gone at the end', () => {
    vi.useFakeTimers();
    const { texts, progress } = said(true);
    progress.stage('compiling …');
    vi.advanceTimersByTime(2000);
    progress.end();
    progress.end();
    vi.advanceTimersByTime(2000);
    const shown = [0, 1, 2].map((s) => `\r\x1b[Kmakatea: compiling … ${s} s`);
    expect(texts).toEqual([...shown, '\r\x1b[K']);
  });
});

describe('the cache', () => {
  test("is the clone's own, or the user's", () => {
    mkdirSync(path.join(dir, '.git'));
    expect(cacheDir(dir)).toBe(path.join(dir, '.cache'));
    vi.stubEnv('XDG_CACHE_HOME', '/var/c');
    expect(cacheDir(path.join(dir, 'none'))).toBe('/var/c/makatea');
    vi.stubEnv('XDG_CACHE_HOME', 'relative');
    vi.stubEnv('HOME', '/home/u');
    expect(cacheDir(path.join(dir, 'none'))).toBe('/home/u/.cache/makatea');
  });
});

/** What the programs of an image are told, said by a program of the computer that runs the test; their bodies are not in it. */
const TELL = `// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <stdio.h>
#include "components/console.h"
#include "components/time.h"
#include "system/system.h"
void mk_time_server_run(struct mk_component *c, struct mk_time_client *clients)
{
    (void)c;
    (void)clients;
}
void mk_console_run(struct mk_console *console, struct mk_component *c,
                    const struct mk_console_config *config, struct mk_console_vm *vms)
{
    (void)console;
    (void)c;
    (void)config;
    (void)vms;
}
void mk_system_lifecycle(struct mk_component *c, const struct mk_lifecycle_config *config,
                         struct mk_lifecycle_state *vms, struct mk_lifecycle_asker *askers)
{
    (void)c;
    (void)config;
    (void)vms;
    (void)askers;
}
int main(void)
{
    for (uint32_t i = 0; i < mk_system_program_count; i++) {
        const struct mk_system_program *vm = &mk_system_programs[i];
        printf("%s %" PRIu32, vm->resources->component, vm->resources->channel_count);
        for (uint32_t n = 0; n < vm->resources->channel_count; n++) {
            const struct mk_system_end *end = &vm->ends[n];
            const struct mk_system_program *peer = &mk_system_programs[end->peer];
            uint32_t back = 0;
            while (peer->ends[back].tx != end->rx) {
                back++;
            }
            printf("%s", peer->ends[back].rx == end->tx &&
                                 peer->resources->channels[back].event == end->bit &&
                                 peer->ends[back].peer == i
                             ? ""
                             : " not connected");
        }
        if (vm->config == NULL) {
            printf("\\n");
            continue;
        }
        for (uint32_t n = 0; n < vm->config->image_count; n++) {
            printf(" %" PRIu64 "=%.4s%s", vm->images[n].bytes, (const char *)vm->images[n].data,
                   ((uintptr_t)vm->images[n].data & 0x1fffff) == 0 ? "" : " not aligned");
        }
        printf("\\n");
    }
}
`;

describe.each(['gcc', 'clang'])('the source of an image, by %s', (compiler) => {
  test('is a table of all programs, with both ends of each channel and the bytes of images in order', () => {
    const { composition } = compose(
      twoVms().replace('images/vmlinuz }', 'images/vmlinuz, initrd: images/initrd.cpio.gz }'),
    );
    if (composition === undefined) throw new Error('does not compose');
    const { plan, output } = composition;
    for (const [file, content] of output) if (typeof content === 'string') write(file, content);
    for (const [file, text] of imageSource(plan, dir)) write(file, text);
    for (const [n, { id, bytes }] of plan.images.entries()) {
      write(`images/${id}`, `im${n}.`.padEnd(bytes, '-'));
    }
    write('tell.c', TELL);
    const sources = ['tell.c', 'system.c', ...plan.components.map(({ id }) => `${id}.c`)];
    const include = (source: string) => `-Iinclude/${path.basename(source, '.c')}`;
    for (const source of sources) {
      const folders = ['', '..', '../bench/include'].map((to) => `-I${path.join(INCLUDE, to)}`);
      const flags = [...STRICT, ...folders, include(source), '-c', source, '-fno-pie'];
      execFileSync(compiler, flags, { cwd: dir });
    }
    const objects = sources.map((source) => source.replace('.c', '.o'));
    execFileSync(compiler, ['-no-pie', '-o', 'tell', ...objects, 'images.S'], { cwd: dir });
    const told = execFileSync(path.join(dir, 'tell'), { encoding: 'utf8' });
    const expected = plan.components.map(({ id, images: own }) => {
      const ends = plan.channels.flatMap((channel) => channel.ends);
      const channels = ends.filter(({ component }) => component === id).length;
      const images = own.map((image) => {
        const n = plan.images.findIndex((candidate) => candidate.id === image);
        return `${plan.images[n]?.bytes ?? 0}=im${n}.`;
      });
      return `${[id, channels, ...images].join(' ')}\n`;
    });
    expect(told).toBe(expected.join(''));
    expect(expected.join('')).toMatch(/im1\./);
  });
});
