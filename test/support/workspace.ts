// SPDX-License-Identifier: BSD-2-Clause
// Examples of what is found while a system is built with seL4: pieces of a kernel's source, and what tools print.
import { parse as parseYaml } from 'yaml';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.js';
import { oneVm } from '../../src/diagnostics/examples.js';
import type { Page } from '../../src/diagnostics/page.js';
import type { Composition } from '../../src/pipeline/compose.js';
import { judgeKernel } from '../../src/workspace/judge-kernel.js';
import { readKernel } from '../../src/workspace/kernel.js';
import { bootFailures, buildFailures, guestFailures } from '../../src/workspace/recognise.js';
import type { SourceTree } from '../../src/workspace/tree.js';
import { compose } from './run.js';

/** A tree in memory. */
export function sourceTree(files: Readonly<Record<string, string>>): SourceTree {
  return {
    text: (path) => files[path],
    list: (path) => {
      const below = Object.keys(files).filter((file) => file.startsWith(`${path}/`));
      return [...new Set(below.map((file) => file.slice(path.length + 1).split('/')[0] ?? ''))];
    },
  };
}

export function composed(text: string): Composition {
  const { composition } = compose(text);
  if (composition === undefined) throw new Error('does not compose');
  return composition;
}

/** Runs an example of a page about a kernel's source. */
export function kernelFindings(text: string, system: string, strict = false): Diagnostic[] {
  const tree = sourceTree(parseYaml(text) as Record<string, string>);
  return judgeKernel(composed(system).system, readKernel(tree), { strict });
}

/** All failures that have a name in what tools, seL4 or guests have printed. */
export function logFindings(output: string, system: string): Diagnostic[] {
  const about = composed(system);
  return [buildFailures, bootFailures, guestFailures].flatMap((find) => find(output, about));
}

/** Runs an example of a page about building and booting. */
export function runWorkspaceExample({ kind, files }: Page, text: string): Diagnostic[] {
  const system = files?.['system.yaml'] ?? oneVm();
  return kind === 'log' ? logFindings(text, system) : kernelFindings(text, system);
}
