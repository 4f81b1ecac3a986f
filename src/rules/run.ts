// SPDX-License-Identifier: BSD-2-Clause
import { diagnostic, type AcceptedFinding, type Diagnostic } from '../diagnostics/diagnostic.js';
import type { Acceptor } from '../model/system.js';
import { entryOf } from '../source/located.js';
import type { Rule, RuleInput, Unjudged } from './rule.js';
import { rules } from './table.js';

/** What all rules find. */
export interface Judgement {
  /** In the order of their codes. */
  readonly diagnostics: Diagnostic[];
  readonly accepted: AcceptedFinding[];
  /** The codes whose findings each entry accepts. */
  readonly applied: ReadonlyMap<Acceptor, ReadonlySet<string>>;
  /** What could not be judged, by code. */
  readonly unjudged: ReadonlyMap<string, ReadonlySet<string>>;
}

export function runRules(input: RuleInput): Judgement {
  const diagnostics: Diagnostic[] = [];
  const accepted: AcceptedFinding[] = [];
  const applied = new Map<Acceptor, Set<string>>();
  const unjudged = new Map<string, Set<string>>();
  for (const rule of rules) {
    rule.check(
      input,
      (span, message, extras = {}) => {
        const page = { code: rule.code, severity: extras.severity ?? rule.severity };
        const found = diagnostic(page, span, message, extras);
        const by = extras.of ?? input.system;
        const reason = rule.acceptable === true ? by.accept.get(rule.code) : undefined;
        if (reason === undefined) {
          // An acceptance that is written and was refused for its form is told there.
          if (rule.acceptable !== true || !isWritten(by, rule.code)) diagnostics.push(found);
        } else {
          accepted.push({ diagnostic: found, reason });
          note(applied, by, rule.code);
        }
      },
      unjudgedBy(rule, unjudged),
    );
  }
  return { diagnostics, accepted, applied, unjudged };
}

function isWritten({ node }: Acceptor, code: string): boolean {
  return entryOf(entryOf(node, 'accept')?.value, code) !== undefined;
}

function unjudgedBy({ code }: Rule, unjudged: Map<string, Set<string>>): Unjudged {
  return (what) => {
    note(unjudged, code, what);
  };
}

function note<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}
