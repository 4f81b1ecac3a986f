// SPDX-License-Identifier: BSD-2-Clause
import { diagnostic, type Diagnostic, type Span } from '../diagnostics/diagnostic.js';
import type { Page } from '../diagnostics/page.js';
import { entryOf, nodeAt, type Located, type Path } from '../source/located.js';
import { choiceHint } from '../util/suggest.js';
import type { Entry } from './system.js';

/** What resolving carries along: the document, and the findings so far. */
export interface ResolveContext {
  readonly root: Located;
  readonly diagnostics: Diagnostic[];
}

/** The common part of every entry that has a name. */
export function entry(context: ResolveContext, path: Path): Entry {
  return { name: path.at(-1) ?? '', path, node: nodeAt(context.root, path) ?? context.root };
}

/** The names that stand in a map of the document, those of refused entries too. */
function declaredNames(context: ResolveContext, key: string): string[] {
  const node = entryOf(context.root, key)?.value;
  return node?.kind === 'map' ? [...node.entries.keys()] : [];
}

/**
 * What a name refers to. Nothing, and a finding, when nothing has that name; nothing, and no finding, when what has it was
 * itself refused.
 */
export function lookUp<T>(
  context: ResolveContext,
  among: ReadonlyMap<string, T>,
  name: string,
  missing: { page: Page; what: string; key: string; span: Span; extra?: readonly string[] },
): T | undefined {
  const target = among.get(name);
  if (target !== undefined) return target;
  const declared = declaredNames(context, missing.key);
  if (declared.includes(name)) return undefined;
  const hint = choiceHint(
    name,
    [...(missing.extra ?? []), ...declared],
    `there is none; add it under "${missing.key}"`,
  );
  const message = `there is no ${missing.what} "${name}"`;
  context.diagnostics.push(diagnostic(missing.page, missing.span, message, { hint }));
  return undefined;
}

/** A property when there is a value, for optional properties. */
export function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Partial<Record<K, V>>);
}
