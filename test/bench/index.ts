// SPDX-License-Identifier: BSD-2-Clause
// `npm run bench`: each group prints a table of medians, measured side by side in this one run.
import { keystroke } from './keystroke.js';
import { many } from './many.js';
import { scale } from './scale.js';
import { startup } from './startup.js';

for (const group of [startup, keystroke, many, scale]) console.log(`${await group()}\n`);
