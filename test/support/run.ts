// SPDX-License-Identifier: BSD-2-Clause
// The whole pipeline on a text, and its findings in a form that is short to write down in a test.
import {
  hasErrors,
  type Diagnostic,
  type Sources,
  type Span,
} from '../../src/diagnostics/diagnostic.js';
import { indexText, position } from '../../src/diagnostics/lines.js';
import type { Plan } from '../../src/generated/plan.js';
import { checkFile, type Checked } from '../../src/pipeline/check.js';
import { composeFile, type Composed } from '../../src/pipeline/compose.js';
import { makePlan } from '../../src/plan/plan.js';
import { memoryFiles, type Content } from './files.js';

/** What a description is called in memory. */
const SYSTEM = 'system.yaml';

/** Every system that composes gives this warning as long as the C components are empty. */
export const NOT_DRIVEN = 'MK0902';

/** Most descriptions of tests name no machine file, or a short one, so that something can not be judged. */
export const UNJUDGED = 'MK0348';

/** Random descriptions put VMs of all priorities on one core. */
export const MIXED = 'MK0322';

const EXPECTED: readonly string[] = [NOT_DRIVEN, UNJUDGED, MIXED];

type More = Readonly<Record<string, Content>>;

const IMAGES: More = {
  'images/vmlinuz': '@bzimage',
  'images/vmlinuz100': '@bzimage-of-100-mib',
  'images/initrd.cpio.gz': '@initrd',
};

export function lint(text: Content, more: More = {}): Checked {
  const files = memoryFiles({ ...IMAGES, ...more, [SYSTEM]: text });
  return checkFile(SYSTEM, { files, composing: false });
}

export function compose(text: Content, more: More = {}): Composed {
  return composeFile(SYSTEM, memoryFiles({ ...IMAGES, ...more, [SYSTEM]: text }));
}

/** The plan of a description, without the rest of composing; fails with its findings where there is none. */
export function planOf(text: string, more: More = {}): Plan {
  const files = memoryFiles({ ...IMAGES, ...more, [SYSTEM]: text });
  const { system, machine, images, ...checked } = checkFile(SYSTEM, { files, composing: 'camkes' });
  if (system === undefined || hasErrors(checked.diagnostics)) {
    throw new Error(`has errors: ${told(checked).join('; ')}`);
  }
  const { plan, diagnostics } = makePlan({ system, images, ...(machine && { machine }) });
  if (plan === undefined) throw new Error(told({ ...checked, diagnostics }).join('; '));
  return plan;
}

interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Sources;
}

/** The codes of all findings but those that tests' systems have anyway. */
export function codes({ diagnostics }: Findings): string[] {
  return diagnostics.map(({ code }) => code).filter((code) => !EXPECTED.includes(code));
}

/** `line:column` of a span's beginning; with the file's name before it when it is not the description. */
function place(sources: Sources, span: Span): string {
  const source = sources[span.file];
  if (source === undefined) throw new Error(`no file ${span.file}`);
  const { line, column } = position(indexText(source.text), span.start);
  return `${source.name === SYSTEM ? '' : `${source.name}:`}${line}:${column}`;
}

/** The text that a span covers. */
function covered(sources: Sources, { file, start, end }: Span): string {
  return sources[file]?.text.slice(start, end) ?? '';
}

/** `CODE line:column text` of all findings but those that tests' systems have anyway. */
export function told({ diagnostics, sources }: Findings): string[] {
  return diagnostics
    .filter(({ code }) => !EXPECTED.includes(code))
    .map(({ code, span }) => {
      const text = covered(sources, span).split('\n')[0] ?? '';
      return `${code} ${place(sources, span)} ${text}`.trimEnd();
    });
}
