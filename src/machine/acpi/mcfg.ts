// SPDX-License-Identifier: BSD-2-Clause
import type { RawEcam } from '../../generated/machine.js';
import { addressOf, hex, type Bytes } from '../bytes.js';
import { openTable, type AcpiFault, type Table } from './table.js';

/** PCI Firmware Specification 3.3, table 4-2: eight reserved bytes follow the header, then entries of 16 bytes. */
const FIRST = 44;
const ENTRY_BYTES = 16;

/** The table of memory-mapped configuration spaces: PCI Firmware Specification 3.3, 4.1.2. */
export function readMcfg(bytes: Bytes): Table<readonly RawEcam[]> {
  const table = openTable(bytes, 'MCFG');
  const body = table.value;
  if (body === undefined) return { faults: table.faults, checksum: table.checksum };
  const faults: AcpiFault[] = [];
  const windows: RawEcam[] = [];
  for (let offset = FIRST; offset + ENTRY_BYTES <= body.length; offset += ENTRY_BYTES) {
    const address = addressOf(body.u64(offset));
    const segment = body.u16(offset + 8) ?? 0;
    const first = body.u8(offset + 10) ?? 0;
    const last = body.u8(offset + 11) ?? 0;
    if (address === undefined || last < first) {
      const what = address === undefined ? 'an address of more than 52 bits' : 'no buses';
      faults.push({ offset, message: `the window at ${hex(offset)} has ${what}` });
    } else {
      windows.push({
        address,
        ...(segment === 0 ? {} : { segment }),
        first_bus: first,
        last_bus: last,
      });
    }
  }
  const rest = body.length < FIRST ? body.length : (body.length - FIRST) % ENTRY_BYTES;
  if (rest !== 0) {
    const offset = body.length < FIRST ? 4 : body.length - rest;
    faults.push({ offset, message: 'its length does not fit a whole number of windows' });
  }
  return { value: windows, faults, checksum: table.checksum };
}
