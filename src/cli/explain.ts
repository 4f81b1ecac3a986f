// SPDX-License-Identifier: BSD-2-Clause
import { catalogue } from '../pipeline/catalogue.js';
import type { Page } from '../diagnostics/page.js';
import { suggest } from '../util/suggest.js';
import { EXIT, usage } from './io.js';

/** `makatea explain CODE`: what a code means, with an example that fails and one that passes; without a code, a list. */
export function explain(code: string | undefined): number {
  if (code === undefined) {
    for (const page of catalogue) {
      process.stdout.write(`${page.code}  ${page.severity.padEnd(7)}  ${page.title}\n`);
    }
    return EXIT.fine;
  }
  const wanted = code.toUpperCase().replace(/^(?=[0-9]{4}$)/, 'MK');
  const page = catalogue.find((p) => p.code === wanted);
  if (page === undefined) {
    const near = suggest(
      wanted,
      catalogue.map((p) => p.code),
    );
    const hint = near === undefined ? '"makatea explain" lists all codes' : `did you mean ${near}?`;
    return usage(`there is no code ${code}`, hint);
  }
  process.stdout.write(text(page));
  return EXIT.fine;
}

function text(page: Page): string {
  const accepted = page.acceptable === true ? ', can be accepted' : '';
  const head = `${page.code} (${page.severity}${accepted}): ${page.title}\n\n${page.text}\n`;
  return `${head}${example('Fails', page.fails)}${example('Passes', page.passes)}`;
}

/** Examples that are made when they are run (too large to show) begin with @. */
function example(title: string, source: string): string {
  if (source.startsWith('@')) return '';
  return `\n${title}:\n\n${source.replace(/^(?=.)/gm, '    ')}`;
}
