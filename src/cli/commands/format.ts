// SPDX-License-Identifier: BSD-2-Clause
import { FORMATS, type Format } from '../io.js';

/** The option of all commands that check descriptions. */
export const STRICT = {
  type: 'boolean',
  default: false,
  describe: 'fail where a check could not be made',
} as const;

/** The option of all commands that show findings. */
export const FORMAT = {
  choices: FORMATS,
  default: 'pretty' as Format,
  describe: 'how findings are shown',
} as const;
