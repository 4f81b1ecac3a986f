// SPDX-License-Identifier: BSD-2-Clause
import type { PlanPciFunction } from '../../generated/plan.js';
import { hex } from '../filters.js';
import { quantity } from '../quantity.js';
import { address, bdf, bytes, mac } from './literal.js';
import type { Table } from './table.js';

/** A member of the union in `struct mk_pci_function`, with its own members in order. */
export interface UnionMember {
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  readonly note: string;
}

/** The member that the function's kind selects; `number` counts passed-through functions. */
export function memberOf(
  fn: PlanPciFunction,
  number: number,
  peers: Table | undefined,
): UnionMember | undefined {
  switch (fn.kind) {
    case 'host_bridge':
    case 'console': // Its ports are a table of their own.
      return undefined;
    case 'root_port':
      return member('root_port', `window of ${quantity(fn.window_bytes)}`, {
        secondary_bus: hex(fn.secondary_bus, 2),
        window_gpa: address(fn.window_gpa),
        window_bytes: bytes(fn.window_bytes),
      });
    case 'net':
      return member('net', fn.mac, { mac: mac(fn.mac), mtu: String(fn.mtu) });
    case 'vsock':
      return member('vsock', 'context id (CID) and whom it reaches', {
        cid: String(fn.cid),
        peers: peers?.ref ?? 'NULL',
        peer_count: peers?.count ?? '0',
      });
    case 'block':
      return member('block', quantity(fn.sectors * 512), {
        sectors: String(fn.sectors),
        readonly: String(fn.readonly),
      });
    case 'passthrough':
      return member('passthrough', `${fn.host} in the machine`, {
        host: bdf(fn.host),
        number: String(number),
      });
  }
}

function member(name: string, note: string, fields: Readonly<Record<string, string>>): UnionMember {
  const list = Object.entries(fields).map(([field, value]) => ({ name: field, value }));
  return { name, note, fields: list };
}
