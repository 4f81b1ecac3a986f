// SPDX-License-Identifier: BSD-2-Clause
import { diagnostic, type Diagnostic } from '../diagnostics/diagnostic.js';
import type { Page } from '../diagnostics/page.js';
import type { Acceptor, System } from '../model/system.js';
import { keySpan } from '../source/located.js';
import { choiceHint } from '../util/suggest.js';
import { acceptedInVain, acceptedUnknown, neverAcceptable } from './acceptance-pages.js';
import { passedThrough } from './passthrough.js';
import type { RuleInput } from './rule.js';
import type { Judgement } from './run.js';

interface Place {
  readonly by: Acceptor;
  /** For the message. */
  readonly what: string;
}

/** All entries that can accept findings. */
function acceptors(system: System): Place[] {
  return [
    { by: system, what: 'the system' },
    ...system.vms.flatMap((vm) => [
      { by: vm, what: `VM "${vm.name}"` },
      ...vm.pci.map((device) => ({ by: device, what: `device "${device.name}"` })),
    ]),
  ];
}

/** Whether parts of what is judged were refused, or are not there: they may be what is accepted. */
function isPartial({ system, machine }: RuleInput): boolean {
  if (machine === undefined) return system.partial || system.machinePath !== undefined;
  return system.partial || machine.partial;
}

/** Devices of which the machine file does not tell what they are; that is a finding of its own. */
function unknownDevices(input: RuleInput): Set<Acceptor> {
  return new Set(
    passedThrough(input).flatMap(({ device, fn }) => (fn === undefined ? [device] : [])),
  );
}

/**
 * Checks what a description accepts: codes that are, that may be accepted, and of which there is a finding, as far as
 * that could be judged.
 *
 * @param pages of all codes
 */
export function checkAcceptances(
  input: RuleInput,
  { applied, undecided }: Judgement,
  pages: readonly Page[],
): Diagnostic[] {
  const { system } = input;
  const partial = isPartial(input);
  const unknown = unknownDevices(input);
  const byCode = new Map(pages.map((page) => [page.code, page]));
  const acceptable = pages.filter((page) => page.acceptable).map(({ code }) => code);
  return acceptors(system).flatMap(({ by, what }) =>
    [...by.accept.keys()].flatMap((code): Diagnostic[] => {
      const span = keySpan(by.node, ['accept', code]);
      const page = byCode.get(code);
      if (page === undefined) {
        const hint = choiceHint(code, acceptable, 'nothing can be accepted');
        return [
          diagnostic(acceptedUnknown, span, `there is no finding ${code} to accept`, { hint }),
        ];
      }
      if (page.acceptable !== true) {
        const message = `${code} (${page.title}) can not be accepted`;
        const hint = 'mend what it is about, and take this entry out';
        return [diagnostic(neverAcceptable, span, message, { hint })];
      }
      const decided = !partial && !unknown.has(by) && undecided.get(by)?.has(code) !== true;
      if (!decided || applied.get(by)?.has(code) === true) return [];
      const message = `${code} is accepted for ${what}, but there is no such finding`;
      return [diagnostic(acceptedInVain, span, message, { hint: 'take it out' })];
    }),
  );
}
