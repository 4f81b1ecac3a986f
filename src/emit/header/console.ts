// SPDX-License-Identifier: BSD-2-Clause
import type { PlanComponent, PlanConsole } from '../../generated/plan.js';
import { lookUp, type PlanIndex } from '../plan-index.js';
import { hex } from '../filters.js';
import { render } from '../render.js';
import { cString, enumerator } from './literal.js';
import { table, type Table } from './table.js';

/** The part of a console multiplexer's header that is its own. */
export function consoleBody(component: PlanComponent, index: PlanIndex, resources: string): string {
  const console = lookUp(index.consoles, component.id, 'console of the component');
  return render('camkes/header/console', {
    resources,
    name: cString(console.name),
    uart: cString(console.uart),
    baud: console.baud,
    escape: hex(console.escape, 2),
    escapeName: keyName(console.escape),
    output: enumerator('MK_CONSOLE_', console.output),
    ports: portTable(console, numbers(index, component.id)),
  });
}

/** Channel numbers by port name. */
function numbers(index: PlanIndex, component: string): Map<string, number> {
  return new Map((index.ends.get(component) ?? []).map((end, number) => [end.port, number]));
}

function portTable(console: PlanConsole, channels: ReadonlyMap<string, number>): Table {
  const rows = console.ports.map((port) => ({
    cells: [
      cString(port.vm),
      cString(port.port),
      String(lookUp(channels, port.channel, 'channel')),
      String(port.colour),
    ],
    note: port.channel,
  }));
  const columns = ['vm', 'port', 'channel', 'colour'];
  return table('struct mk_console_port', 'mk_console_ports', columns, rows);
}

/** ASCII control characters are typed as Ctrl and the character 64 places on. */
function keyName(code: number): string {
  return code < 32 ? `Ctrl-${String.fromCharCode(code + 64)}` : String.fromCharCode(code);
}
