// SPDX-License-Identifier: BSD-2-Clause
import type { RawAcs, RawMsixPart, RawPciFunction } from '../../generated/machine.js';
import type { Bytes } from '../bytes.js';
import { CAP, EXT, type Capabilities } from './capabilities.js';

/** What a function's capabilities say that an inventory wants to know. */
export interface Features {
  readonly port?: NonNullable<RawPciFunction['port']>;
  /** Number of MSI vectors; 0 for no MSI. */
  readonly msi: number;
  readonly msix?: {
    readonly vectors: number;
    readonly table: RawMsixPart;
    readonly pba: RawMsixPart;
  };
  /** Ways to reset it that are its own. */
  readonly reset: readonly ('flr' | 'af_flr' | 'pm')[];
  readonly acs: RawAcs;
  readonly virtualFunctions: number;
}

/** Device/port types: PCI Express 6.0, table 7-18. */
const PORTS: readonly (RawPciFunction['port'] | undefined)[] = [
  'endpoint',
  'legacy_endpoint',
  undefined,
  undefined,
  'root_port',
  'upstream_port',
  'downstream_port',
  'pcie_to_pci',
  'pci_to_pcie',
  'root_endpoint',
  'event_collector',
];

/** Bits of the ACS capability register: PCI Express 6.0, table 7-201. */
const ACS: RawAcs = [
  'source_validation',
  'translation_blocking',
  'request_redirect',
  'completion_redirect',
  'upstream_forwarding',
  'egress_control',
  'direct_translated',
];

export function readFeatures(config: Bytes, { standard, extended }: Capabilities): Features {
  const pcie = standard.get(CAP.pcie);
  const port = pcie === undefined ? undefined : PORTS[((config.u16(pcie + 2) ?? 0) >> 4) & 0xf];
  const msi = standard.get(CAP.msi);
  const msix = readMsix(config, standard.get(CAP.msix));
  const acs = extended.get(EXT.acs);
  const sriov = extended.get(EXT.sriov);
  const services = acs === undefined ? 0 : (config.u16(acs + 4) ?? 0);
  return {
    ...(port === undefined ? {} : { port }),
    msi: msi === undefined ? 0 : msiVectors(config.u16(msi + 2) ?? 0),
    ...(msix === undefined ? {} : { msix }),
    reset: readReset(config, standard),
    acs: ACS.filter((_, bit) => ((services >> bit) & 1) !== 0),
    // TotalVFs: PCI Express 6.0, 9.3.3.6.
    virtualFunctions: sriov === undefined ? 0 : (config.u16(sriov + 0x0e) ?? 0),
  };
}

/** Multiple Message Capable, the logarithm of the number: PCI Express 6.0, 7.7.1.2. Above 5 it is reserved. */
function msiVectors(control: number): number {
  return 1 << Math.min((control >> 1) & 7, 5);
}

/** PCI Express 6.0, 7.7.2.2 to 7.7.2.4. */
function readMsix(config: Bytes, at: number | undefined): Features['msix'] {
  const control = at === undefined ? undefined : config.u16(at + 2);
  const table = at === undefined ? undefined : config.u32(at + 4);
  const pba = at === undefined ? undefined : config.u32(at + 8);
  if (control === undefined || table === undefined || pba === undefined) return undefined;
  return { vectors: (control & 0x7ff) + 1, table: msixPart(table), pba: msixPart(pba) };
}

/** BAR number in the lowest three bits, offset in the others. */
function msixPart(value: number): RawMsixPart {
  return { bar: value & 7, offset: (value & ~7) >>> 0 };
}

function readReset(config: Bytes, standard: ReadonlyMap<number, number>): Features['reset'] {
  const pcie = standard.get(CAP.pcie);
  const af = standard.get(CAP.af);
  const pm = standard.get(CAP.pm);
  // Device capabilities, bit 28: PCI Express 6.0, 7.5.3.3.
  const flr = pcie !== undefined && ((config.u32(pcie + 4) ?? 0) & (1 << 28)) !== 0;
  // AF capabilities: transactions pending and FLR, both needed (PCI ECN "Advanced Capabilities for Conventional PCI").
  const afFlr = af !== undefined && ((config.u8(af + 3) ?? 0) & 3) === 3;
  // No_Soft_Reset: leaving D3hot resets the function when it is clear (PCI Express 6.0, 7.5.2.2).
  const csr = pm === undefined ? undefined : config.u16(pm + 4);
  const byPower = csr !== undefined && (csr & (1 << 3)) === 0;
  return [
    ...(flr ? (['flr'] as const) : []),
    ...(afFlr ? (['af_flr'] as const) : []),
    ...(byPower ? (['pm'] as const) : []),
  ];
}
