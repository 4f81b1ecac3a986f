// SPDX-License-Identifier: BSD-2-Clause
import type { Frame } from '../capdl/model.js';
import type { Built } from './built.js';
import type { Fact } from './facts.js';
import * as words from './words.js';

/** Facts about a frame of a built system. */
export function* frameFacts(built: Built, images: ReadonlySet<string>): Generator<Fact> {
  const { object, holders, line } = built;
  if (object.type !== 'frame') return;
  const at = line === undefined ? {} : { line };
  const kind = frameKind(object, holders.size, images);
  const what = frameWords(built, images);
  if (what === undefined) return;
  if (kind === 'image') yield { kind, component: '', what, ...at };
  if (kind === 'shared') {
    yield { kind, component: writerOf(built), what, ...at };
    return;
  }
  if (kind === 'device' && holders.size === 0) {
    yield { kind, component: '', what: `${what} that nobody holds`, ...at };
  }
  for (const [component, { rights, inCNode }] of holders) {
    // What only an address space has is the program itself: its text, data, stack, IPC buffer.
    if (kind === 'memory' && !inCNode) continue;
    yield { kind, component, what: `${what} (${words.access(rights)})`, ...at };
  }
}
