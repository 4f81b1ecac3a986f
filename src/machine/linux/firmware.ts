// SPDX-License-Identifier: BSD-2-Clause
import type { RawFirmware } from '../../generated/machine.js';
import { readLine, type Input } from '../input.js';

const DMI = 'sys/class/dmi/id';

/** What the firmware says of itself and the machine (SMBIOS 3.7, 7.1 and 7.2). No serial number is read. */
export function readFirmware(input: Input): {
  readonly firmware?: RawFirmware;
  readonly description?: string;
} {
  const [maker, product, vendor, version, date] = [
    'sys_vendor',
    'product_name',
    'bios_vendor',
    'bios_version',
    'bios_date',
  ].map((file) => readLine(input, `${DMI}/${file}`, 100));
  const firmware = {
    ...(vendor === undefined ? {} : { vendor }),
    ...(version === undefined ? {} : { version }),
    ...(date === undefined ? {} : { date }),
  };
  const description = [maker, product].filter((text) => text !== undefined).join(' ');
  return {
    ...(Object.keys(firmware).length === 0 ? {} : { firmware }),
    ...(description === '' ? {} : { description }),
  };
}
