// SPDX-License-Identifier: BSD-2-Clause
import { diagnostic, type Diagnostic, type SourceFile } from '../diagnostics/diagnostic.js';
import type { Page } from '../diagnostics/page.js';

/** Where the readers put what they find. */
export interface Findings {
  /** Notes a finding about a file of the tree, or about a part of the tree. */
  report(page: Page, path: string, message: string, hint?: string): void;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: readonly SourceFile[];
}

/** More of one code say nothing new: the whole capture is broken then. */
const MAX_OF_A_CODE = 50;

/** @param name how the tree is called: shown before the paths */
export function makeFindings(name: string): Findings {
  const diagnostics: Diagnostic[] = [];
  const sources: SourceFile[] = [];
  const files = new Map<string, number>();
  const counts = new Map<string, number>();
  const prefix = name === '' || name.endsWith('/') ? name : `${name}/`;
  return {
    diagnostics,
    sources,
    report(page, path, message, hint) {
      const count = (counts.get(page.code) ?? 0) + 1;
      counts.set(page.code, count);
      if (count > MAX_OF_A_CODE) return;
      let file = files.get(path);
      if (file === undefined) {
        file = sources.length;
        files.set(path, file);
        sources.push({ name: `${prefix}${path}`, text: '' });
      }
      const more = count === MAX_OF_A_CODE ? '; further findings of this kind are not shown' : '';
      diagnostics.push(diagnostic(page, { file, start: 0, end: 0 }, `${message}${more}`, { hint }));
    },
  };
}
