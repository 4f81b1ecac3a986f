// SPDX-License-Identifier: BSD-2-Clause

/** What the demo's copy of two-linux.yaml gets wrong: a word, and a port that db has already. */
const MISTAKES: readonly (readonly [right: string, wrong: string])[] = [
  ['controllers: [web]', 'controllers: [wbe]'],
  ['db: { port: com2 }', 'db: { port: com1 }'],
];

/** A copy of systems/two-linux.yaml for another folder beside systems/, with mistakes. README shows what lint says. */
export function withMistakes(text: string): string {
  return MISTAKES.reduce(
    (wrong, [from, to]) => {
      if (!wrong.includes(from)) throw new Error(`the example has no "${from}"`);
      return wrong.replace(from, to);
    },
    text.replaceAll('images/', '../systems/images/'),
  );
}
