// SPDX-License-Identifier: BSD-2-Clause
import * as boot from './boot.js';
import * as numbers from './guest-numbers.js';
import * as ranges from './hardware-ranges.js';
import { manyComponents } from './limits.js';
import { notDriven, notYet } from './not-yet.js';
import * as pci from './pci-machine.js';
import { pciTwice } from './pci-twice.js';
import * as processor from './processor.js';
import type { Rule } from './rule.js';
import * as serial from './serial.js';
import * as storage from './storage.js';

/** All rules, by code. */
export const rules: readonly Rule[] = [
  pciTwice,
  ...Object.values(pci),
  ...Object.values(serial),
  ...Object.values(numbers),
  ...Object.values(processor),
  ...Object.values(ranges),
  ...Object.values(storage),
  ...Object.values(boot),
  manyComponents,
  notYet,
  notDriven,
].sort((a, b) => (a.code < b.code ? -1 : 1));
