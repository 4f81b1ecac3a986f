// SPDX-License-Identifier: BSD-2-Clause
// `npm run bench`: each group prints a table: of medians, measured side by side in this one run; of sizes.
import { keystroke } from './keystroke.js';
import { many } from './many.js';
import { packets } from './packets.js';
import { scale } from './scale.js';
import { startup } from './startup.js';
import { trusted } from './trusted.js';

for (const group of [startup, keystroke, many, scale, trusted, packets])
  console.log(`${await group()}\n`);
