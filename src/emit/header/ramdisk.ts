// SPDX-License-Identifier: BSD-2-Clause
import type { PlanComponent, PlanPciFunction } from '../../generated/plan.js';
import type { PlanIndex } from '../plan-index.js';
import { quantity } from '../quantity.js';
import { render } from '../render.js';
import { channelsToVms, type VmChannel } from './channel-number.js';
import { address, cString } from './literal.js';
import { table, type Row } from './table.js';

/** Bytes of a sector: the unit of a disk's capacity (VirtIO 1.2, 5.2.4). */
const SECTOR = 512;

/** The part of a RAM disk's header that is its own. */
export function ramdiskBody(component: PlanComponent, index: PlanIndex, resources: string): string {
  const { memory } = component;
  let next = 0;
  const rows = channelsToVms(index, component.id, 'disk').map((channel): Row => {
    const disk = blockDevice(channel);
    const first = next;
    next += disk.sectors * SECTOR;
    return {
      cells: [
        cString(channel.vm.name),
        cString(disk.name),
        address(first),
        String(disk.sectors),
        String(channel.number),
        String(disk.readonly),
      ],
      note: quantity(disk.sectors * SECTOR),
    };
  });
  const columns = ['vm', 'name', 'first_byte', 'sectors', 'channel', 'readonly'];
  return render('camkes/header/ramdisk', {
    resources,
    disks: table('struct mk_disk', 'mk_disks', columns, rows),
    end: address(next),
    capacity: address(memory === undefined ? 0 : memory.frames * 2 ** memory.frame_bits),
  });
}

/** The guest's block device at the other end of a disk channel. */
function blockDevice({ end, vm }: VmChannel): PlanPciFunction {
  const disk = vm.pci.functions.find((fn) => fn.kind === 'block' && fn.channel === end.peerPort);
  if (disk === undefined) throw new Error(`"${vm.name}" has no block device on ${end.peerPort}`);
  return disk;
}
