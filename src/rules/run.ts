// SPDX-License-Identifier: BSD-2-Clause
import { diagnostic, type Diagnostic } from '../diagnostics/diagnostic.js';
import type { RuleInput } from './rule.js';
import { rules } from './table.js';

/** What all rules find, in the order of their codes. */
export function runRules(input: RuleInput): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const rule of rules) {
    rule.check(input, (span, message, extras = {}) => {
      const page = { code: rule.code, severity: extras.severity ?? rule.severity };
      diagnostics.push(diagnostic(page, span, message, extras));
    });
  }
  return diagnostics;
}
