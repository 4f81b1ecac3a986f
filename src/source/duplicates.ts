// SPDX-License-Identifier: BSD-2-Clause
import { diagnostic, type Diagnostic } from '../diagnostics/diagnostic.js';
import type { Located, LocatedEntry, LocatedMap, Path } from './located.js';
import { duplicateKey, linkToItself } from './pages.js';

/** A finding for each key that stands twice in one map; each map is looked at once, however many aliases lead to it. */
export function duplicateKeys(root: Located): Diagnostic[] {
  const found = new Map<number, Diagnostic>();
  visit(root, [], found);
  return [...found.values()];
}

function visit(node: Located, path: Path, found: Map<number, Diagnostic>): void {
  if (node.kind === 'seq') {
    node.items.forEach((item, index) => {
      visit(item, [...path, String(index)], found);
    });
  }
  if (node.kind !== 'map') return;
  for (const again of node.repeated) {
    found.set(again.keySpan.start, report(node, again, path));
  }
  for (const entry of node.entries.values()) visit(entry.value, [...path, entry.key], found);
}

function report(map: LocatedMap, again: LocatedEntry, path: Path): Diagnostic {
  const first = map.entries.get(again.key);
  const related = first === undefined ? [] : [{ span: first.keySpan, message: 'first here' }];
  const [top, link, key] = path;
  if (path.length === 3 && top === 'links' && key === 'ends') {
    const message = `both ends of link "${link ?? ''}" are at VM "${again.key}"`;
    const hint = 'a link connects two different VMs';
    return diagnostic(linkToItself, again.keySpan, message, { related, hint });
  }
  const message = `"${again.key}" stands twice in this map`;
  return diagnostic(duplicateKey, again.keySpan, message, {
    related,
    hint: 'rename or remove one of them',
  });
}
