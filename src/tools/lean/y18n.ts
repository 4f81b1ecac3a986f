// SPDX-License-Identifier: BSD-2-Clause
import { format } from 'node:util';

/**
 * Stands for the package `y18n` in the built program. That one reads translations of yargs' texts
 * from files of yargs; here they are English, which is what yargs hands over.
 */
export default function y18n(): object {
  const own = new Map<string, string>();
  const translate = (text: string) => own.get(text) ?? text;
  return {
    __: (text: string, ...values: unknown[]) => format(translate(text), ...values),
    __n: (one: string, many: string, count: number, ...values: unknown[]) => {
      const text = translate(count === 1 ? one : many);
      return text.includes('%d') ? format(text, count, ...values) : format(text, ...values);
    },
    getLocale: () => 'en',
    setLocale: () => undefined,
    updateLocale: (texts: Record<string, string>) => {
      for (const [from, to] of Object.entries(texts)) own.set(from, to);
    },
  };
}
