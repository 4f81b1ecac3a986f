// SPDX-License-Identifier: BSD-2-Clause
// `npm run bench`: each group prints a table of medians, measured side by side in this one run.
import { startup } from './startup.js';

for (const group of [startup]) console.log(`${await group()}\n`);
