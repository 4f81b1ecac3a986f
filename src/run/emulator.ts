// SPDX-License-Identifier: BSD-2-Clause
import { join } from 'node:path';
import type { MachineKind } from './machine.js';
import { bochsMemory } from './memory.js';

/** An emulated machine, as its emulator is started. */
export interface Emulator {
  /** What it is called towards the user. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Text files that it reads, by path. */
  readonly files: ReadonlyMap<string, string>;
  /** Where it writes why it stopped, when not to its standard error. */
  readonly log?: string;
  /** Which of its words tell why it stopped, when it has many more. */
  readonly telling?: RegExp;
}

export interface MachineOptions {
  /** For the emulator's own files. */
  readonly dir: string;
  readonly iso: string;
  /** Usable RAM, in MiB. */
  readonly memory: number;
  /** Processor cores. */
  readonly cores: number;
  /** Processor model, in the emulator's words; one that has all that the monitor needs when it is not given. */
  readonly cpu?: string;
  /** TCP port of this computer that the first serial port is connected to. */
  readonly port: number;
}

export function emulator(kind: MachineKind, options: MachineOptions): Emulator {
  return kind === 'kvm' ? qemu(options) : bochs(options);
}

/** Bochs 2.7 as Debian builds it, with its debugger, which has to be told to begin. */
function bochs({ dir, iso, memory, cores, cpu, port }: MachineOptions): Emulator {
  const config = join(dir, 'bochsrc');
  const commands = join(dir, 'bochs.rc');
  const log = join(dir, 'bochs.log');
  const lines = [
    'display_library: rfb, options="timeout=0"',
    'romimage: file=/usr/share/bochs/BIOS-bochs-latest',
    'vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest',
    `cpu: model=${cpu ?? 'corei7_skylake_x'}, count=${String(cores)}, ips=50000000, reset_on_triple_fault=0`,
    bochsMemory(memory),
    `clock: sync=none, time0=${String(Math.floor(Date.now() / 1000))}`,
    'speaker: enabled=0',
    'sound: waveoutdrv=dummy',
    `ata0-master: type=cdrom, path=${iso}, status=inserted`,
    'boot: cdrom',
    `com1: enabled=1, mode=socket-client, dev=localhost:${String(port)}`,
    `log: ${log}`,
    'panic: action=fatal',
    'error: action=ignore',
    'info: action=ignore',
    'debug: action=ignore',
  ];
  const files = new Map([
    [config, `${lines.join('\n')}\n`],
    [commands, 'continue\n'],
  ]);
  return {
    name: 'Bochs',
    command: 'bochs-bin',
    args: ['-q', '-f', config, '-rc', commands],
    files,
    log,
    // Errors and panics, without time and device: 00000000000p[      ] >>PANIC<< dlopen failed
    telling: /^\d+[ep]\[[^\]]*\] (?:>>PANIC<< )?(?!notify called)(.+)$/gm,
  };
}

function qemu({ iso, memory, cores, cpu, port }: MachineOptions): Emulator {
  const args = [
    ...['-machine', 'pc,accel=kvm', '-cpu', cpu ?? 'host,+vmx', '-m', String(memory)],
    ...['-smp', String(cores)],
    ...['-nodefaults', '-vga', 'std', '-display', 'none', '-no-reboot'],
    ...['-drive', `file=${iso},format=raw,media=cdrom,readonly=on`, '-boot', 'd'],
    ...['-chardev', `socket,id=console,host=127.0.0.1,port=${String(port)}`],
    ...['-serial', 'chardev:console'],
    // The bench writes to Bochs' port when all has ended.
    ...['-device', 'isa-debug-exit,iobase=0x8900,iosize=1'],
  ];
  return { name: 'QEMU with KVM', command: 'qemu-system-x86_64', args, files: new Map() };
}
