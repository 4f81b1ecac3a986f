// SPDX-License-Identifier: BSD-2-Clause
import type { Located } from '../source/located.js';
import type { Bdf } from '../util/bdf.js';

/**
 * A system description with names turned into references and defaults filled in. Sizes are in bytes, times in
 * microseconds. Every part keeps the piece of the document that it stems from (`node`), for the spans of findings.
 */
export interface System extends Acceptor {
  readonly name: string;
  readonly description: string;
  /** The machine file as written; absent when the description names none. */
  readonly machinePath?: string;
  readonly sel4: {
    readonly cores: number;
    readonly mcs: boolean;
    readonly build: 'debug' | 'release';
  };
  readonly consoles: readonly Console[];
  readonly vms: readonly Vm[];
  readonly links: readonly Link[];
  readonly backends: readonly Backend[];
  /** Parts of the description were refused, so that what is missing here may be written there. */
  readonly partial: boolean;
}

/** What the findings about it can be accepted for: the system, a VM, a device. */
export interface Acceptor {
  readonly node: Located;
  /** Accepted findings: reason by code. */
  readonly accept: ReadonlyMap<string, string>;
}

/** An entry of the document that has a name. */
export interface Entry {
  readonly name: string;
  /** Keys from the root to the entry, e.g. `vms web disks data`. */
  readonly path: readonly string[];
  readonly node: Located;
}

export type ComPort = 'com1' | 'com2' | 'com3' | 'com4';

export interface Console extends Entry {
  readonly uart: ComPort;
  readonly baud: number;
  /** The letter of `ctrl-a`. */
  readonly escape: string;
  readonly output: 'colour' | 'prefix';
}

export interface Vm extends Entry, Acceptor {
  readonly description: string;
  readonly memory: number;
  readonly cores: readonly number[];
  readonly boot: Boot;
  readonly priority: number;
  readonly budget?: { readonly budget: number; readonly period: number };
  readonly paravirt: 'kvm' | 'none';
  readonly efiRuntime: 'none' | 'emulated' | 'passthrough';
  readonly serial: readonly SerialPort[];
  readonly terminals: readonly Terminal[];
  readonly pci: readonly PciDevice[];
  readonly ioports: readonly IoPorts[];
  readonly mmio: readonly Mmio[];
  readonly irqs: readonly Irq[];
  readonly disks: readonly Disk[];
  readonly nics: readonly Nic[];
  readonly vsock: { readonly cid?: number; readonly slot?: number };
  readonly lifecycle: Lifecycle;
}

export type Boot = LinuxBoot | EfiBoot;

export interface LinuxBoot {
  readonly type: 'linux';
  readonly kernel: string;
  readonly initrd?: string;
  readonly cmdline: string;
}

export interface EfiBoot {
  readonly type: 'efi';
  readonly firmware: string;
}

/** A port that leads to a console; `name` is com1 to com4. */
export interface SerialPort extends Entry {
  readonly port: ComPort;
  readonly console: Console;
}

/** A port of the VirtIO console that leads to a console. */
export interface Terminal extends Entry {
  readonly console: Console;
  /** Absent when the description does not say. */
  readonly size?: { readonly columns: number; readonly rows: number };
}

export interface PciDevice extends Entry, Acceptor {
  /** How the description names the function; the machine file turns it into a function. */
  readonly by: { readonly bdf: Bdf } | { readonly device: string };
  readonly slot?: number;
  /** Absent: the best that the machine file knows of. */
  readonly interrupts?: PciInterrupts;
}

export type PciInterrupts =
  { readonly type: 'msix'; readonly vectors: number } | { readonly type: 'msi' | 'intx' | 'none' };

export interface IoPorts extends Entry {
  readonly first: number;
  readonly last: number;
}

export interface Mmio extends Entry {
  readonly address: number;
  readonly bytes: number;
}

export interface Irq extends Entry {
  readonly ioapic: number;
  readonly pin: number;
  readonly level: boolean;
  readonly activeLow: boolean;
}

export interface Disk extends Entry {
  readonly backend: string;
  /** Absent when the description does not say. */
  readonly bytes?: number;
  readonly readonly: boolean;
  readonly zeroCopy: boolean;
  readonly slot?: number;
}

export interface Nic extends Entry {
  readonly backend: string;
  readonly zeroCopy: boolean;
}

export interface Lifecycle {
  readonly start: 'auto' | 'manual';
  readonly restart: 'never' | 'on-crash' | 'always';
  /** VMs that may start, stop and restart this one. */
  readonly controllers: readonly Vm[];
}

export type Link = NetLink | SerialLink | VsockLink;

export interface NetLink extends Entry {
  readonly type: 'net';
  readonly mtu: number;
  readonly ring: number;
  readonly ends: readonly [NetEnd, NetEnd];
}

export interface SerialLink extends Entry {
  readonly type: 'serial';
  readonly ends: readonly [SerialEnd, SerialEnd];
}

export interface VsockLink extends Entry {
  readonly type: 'vsock';
  readonly ring: number;
  readonly ends: readonly [LinkEnd, LinkEnd];
}

/** An end of a link; `name` is that of the VM. */
export interface LinkEnd extends Entry {
  readonly vm: Vm;
}

export interface NetEnd extends LinkEnd {
  readonly mac?: string;
  readonly slot?: number;
}

/** An end at a serial port, or at a port of the VirtIO console: one of the two is there. */
export interface SerialEnd extends LinkEnd {
  readonly port?: ComPort;
  readonly terminal?: string;
}

export interface Backend extends Entry {
  readonly camkes: string;
  readonly component: string;
  readonly sharing: 'exclusive' | 'shared';
}
