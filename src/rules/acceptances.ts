// SPDX-License-Identifier: BSD-2-Clause
import { diagnostic, type Diagnostic } from '../diagnostics/diagnostic.js';
import type { Page } from '../diagnostics/page.js';
import type { Acceptor, System } from '../model/system.js';
import { keySpan } from '../source/located.js';
import { choiceHint } from '../util/suggest.js';
import { acceptedInVain, acceptedUnknown, neverAcceptable } from './acceptance-pages.js';
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

/**
 * Checks what a description accepts: codes that are, that may be accepted, and of which there is a finding.
 *
 * @param pages of all codes
 */
export function checkAcceptances(
  system: System,
  { applied, unjudged }: Judgement,
  pages: readonly Page[],
): Diagnostic[] {
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
      // What was refused, or could not be judged, may be what is accepted here.
      if (system.partial || applied.get(by)?.has(code) === true || unjudged.has(code)) return [];
      const message = `${code} is accepted for ${what}, but there is no such finding`;
      return [diagnostic(acceptedInVain, span, message, { hint: 'take it out' })];
    }),
  );
}
