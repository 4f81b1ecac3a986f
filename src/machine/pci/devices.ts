// SPDX-License-Identifier: BSD-2-Clause
import type { RawPciFunction } from '../../generated/machine.js';
import { parseBdf, type Bdf } from '../../util/bdf.js';
import { bytesOf, type Bytes } from '../bytes.js';
import {
  AS_ROOT,
  exists,
  listNames,
  readBytes,
  readLine,
  readNumber,
  type Input,
} from '../input.js';
import { pciInconsistent, textMalformed, tooMuch, unreadablePart } from '../pages.js';
import { readCapabilities } from './capabilities.js';
import { readFeatures, type Features } from './features.js';
import { HEADER_BYTES, readHeader, type PciHeader } from './header.js';
import { readResources, type Resources } from './resources.js';

/** A function as its directory in sysfs tells it. */
export interface Device {
  readonly name: string;
  readonly path: string;
  readonly bdf: Bdf;
  readonly header: PciHeader;
  readonly resources: Resources;
  /** Absent when only the header of its configuration space could be read. */
  readonly features?: Features;
}

export const DEVICES = 'sys/bus/pci/devices';
const BDF = /^[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/;
/** Root complexes of VMD controllers have segments that no machine file can name. */
const WIDE_BDF = /^[0-9a-f]{5,8}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/;

/** Functions that an inventory takes: all of a segment. */
const MAX_FUNCTIONS = 65_536;
const CONFIG_BYTES = 4096;

/** All functions, in order of address. Virtual functions are not hardware: seL4 does not make them. */
export function readDevices(input: Input): Device[] {
  const names = listNames(input, DEVICES);
  if (names.length > MAX_FUNCTIONS) {
    input.findings.report(tooMuch, DEVICES, `it has ${String(names.length)} functions`);
    return [];
  }
  const state = { virtual: 0, short: 0 };
  const devices = names.flatMap((name) => readDevice(input, name, state) ?? []);
  if (state.short > 0) {
    const message = `of ${String(state.short)} functions only the first 64 bytes are there: MSI, MSI-X, ACS and ways to reset are not known`;
    input.findings.report(unreadablePart, DEVICES, message, AS_ROOT);
  }
  if (state.virtual > 0) {
    const text = `${String(state.virtual)} virtual functions are left out: Linux made them`;
    input.notes.set('pci', text);
  }
  return devices;
}

function readDevice(
  input: Input,
  name: string,
  state: { virtual: number; short: number },
): Device | undefined {
  const path = `${DEVICES}/${name}`;
  if (!BDF.test(name)) {
    const words = WIDE_BDF.test(name)
      ? 'it lies behind a VMD controller; it is left out'
      : 'its name is not a PCI address';
    input.findings.report(textMalformed, path.replace(/[^ -~]/g, '?'), words);
    return undefined;
  }
  if (exists(input, `${path}/physfn`)) {
    state.virtual += 1;
    return undefined;
  }
  const data = readBytes(input, `${path}/config`, CONFIG_BYTES);
  if (data === undefined) return undefined;
  const config = bytesOf(data);
  const header = readHeader(config);
  if ('fault' in header) {
    input.findings.report(pciInconsistent, `${path}/config`, `${header.fault}; it is left out`);
    return undefined;
  }
  const resources = readBars(input, path, header);
  const device = { name, path, bdf: parseBdf(name), header, resources };
  if (config.length > HEADER_BYTES) {
    return { ...device, features: featuresOf(input, path, header, config) };
  }
  state.short += 1;
  return device;
}

function readBars(input: Input, path: string, header: PciHeader): Resources {
  const bytes = readBytes(input, `${path}/resource`, 16_384);
  const text = bytes === undefined ? '' : Buffer.from(bytes).toString('latin1');
  const resources = readResources(text, header.bars);
  for (const fault of resources.faults) {
    input.findings.report(pciInconsistent, `${path}/resource`, fault);
  }
  return resources;
}

function featuresOf(input: Input, path: string, header: PciHeader, config: Bytes): Features {
  const capabilities = readCapabilities(config, header.type);
  for (const fault of capabilities.faults) {
    input.findings.report(pciInconsistent, `${path}/config`, fault);
  }
  return readFeatures(config, capabilities);
}

type Reset = NonNullable<RawPciFunction['reset']>;

/** Words of the file `reset_method`, of Linux 5.15 and later. */
const METHODS: Readonly<Record<string, Reset[number]>> = {
  device_specific: 'device_specific',
  acpi: 'acpi',
  flr: 'flr',
  af_flr: 'af_flr',
  pm: 'pm',
  bus: 'bus',
  cxl_bus: 'bus',
};

/**
 * Ways to reset a function. Linux knows better than the registers which of them work; where it does not say, they are
 * told from the registers and the place.
 *
 * @param linux whether this Linux has the file at all: a function without it then has no way
 * @param alone whether nothing else lies on its bus, which is behind a bridge
 */
export function resetOf(
  input: Input,
  { path, header, features }: Device,
  linux: boolean,
  alone: boolean,
): Reset | undefined {
  if (header.bridge !== undefined) return undefined;
  const methods = readLine(input, `${path}/reset_method`, 200);
  if (methods !== undefined) {
    const known = methods.split(' ').flatMap((word) => METHODS[word] ?? []);
    return [...new Set(known)];
  }
  if (linux) return [];
  if (features === undefined) return undefined;
  return [...features.reset, ...(alone ? (['bus'] as const) : [])];
}

/** Whether Linux has enabled a function: only then is its `irq` that of the routed pin. */
export function isEnabled(input: Input, { path }: Device): boolean {
  return (readNumber(input, `${path}/enable`) ?? 0) > 0;
}
