// SPDX-License-Identifier: BSD-2-Clause
import { schemaText, schemaNames } from '../schema/text.js';
import { choiceHint } from '../util/suggest.js';
import { EXIT, usage } from './io.js';

/** `makatea schema [NAME]`: prints a JSON schema, for editors and other tools. */
export function schema(name: string): number {
  const text = schemaText(name);
  if (text === undefined) {
    return usage(`there is no schema "${name}"`, choiceHint(name, schemaNames, ''));
  }
  process.stdout.write(text);
  return EXIT.fine;
}
