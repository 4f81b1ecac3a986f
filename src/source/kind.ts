// SPDX-License-Identifier: BSD-2-Clause

/** What a text is by its version key, or by the schema that its first comment names for yaml-language-server. */
export type TextKind = 'system' | 'machine';

const VERSION_KEY = /^\ufeff?(?:\{[ \t]*)?["']?makatea(_machine)?["']?[ \t]*:/m;
const SCHEMA_COMMENT = /^#[ \t]*yaml-language-server:.*\b(system|machine)\.schema\.json/m;

/** Tells our files from the other YAML files of a folder or an editor; nothing for those. */
export function kindOf(text: string): TextKind | undefined {
  const key = VERSION_KEY.exec(text);
  if (key !== null) return key[1] === undefined ? 'system' : 'machine';
  const schema = SCHEMA_COMMENT.exec(text)?.[1];
  return schema === 'system' || schema === 'machine' ? schema : undefined;
}
