// SPDX-License-Identifier: BSD-2-Clause
import { diagnostic, type AcceptedFinding, type Diagnostic } from '../diagnostics/diagnostic.js';
import type { Acceptor } from '../model/system.js';
import { entryOf } from '../source/located.js';
import type { RuleInput } from './rule.js';
import { rules } from './table.js';

/** What all rules find. */
export interface Judgement {
  /** In the order of their codes. */
  readonly diagnostics: Diagnostic[];
  readonly accepted: AcceptedFinding[];
  /** The codes whose findings each entry accepts. */
  readonly applied: ReadonlyMap<Acceptor, ReadonlySet<string>>;
  /** What could not be judged, in words. */
  readonly unjudged: ReadonlySet<string>;
  /** The codes of which it could not be judged whether there is a finding, by the entry that could accept it. */
  readonly undecided: ReadonlyMap<Acceptor, ReadonlySet<string>>;
}

export function runRules(input: RuleInput): Judgement {
  const diagnostics: Diagnostic[] = [];
  const accepted: AcceptedFinding[] = [];
  const applied = new Map<Acceptor, Set<string>>();
  const unjudged = new Set<string>();
  const undecided = new Map<Acceptor, Set<string>>();
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
      (what, of = input.system) => {
        unjudged.add(what);
        note(undecided, of, rule.code);
      },
    );
  }
  return { diagnostics, accepted, applied, unjudged, undecided };
}

function isWritten({ node }: Acceptor, code: string): boolean {
  return entryOf(entryOf(node, 'accept')?.value, code) !== undefined;
}

function note(sets: Map<Acceptor, Set<string>>, key: Acceptor, value: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}
