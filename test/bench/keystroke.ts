// SPDX-License-Identifier: BSD-2-Clause
import { Editor, positionIn } from '../support/editor.js';
import { compare, table } from './harness.js';
import { longSystem } from './many.js';

const FILE = 'system.yaml';

/** A letter typed into a description of 500 lines, until `makatea lsp` has answered: at most 50 ms. */
export async function keystroke(): Promise<string> {
  const editor = new Editor();
  await editor.start();
  const text = longSystem('typed', 'images/vmlinuz', 500);
  await editor.check(FILE, text);
  const at = positionIn(text, text.indexOf('console: front') + 'console: '.length);
  const range = { start: at, end: { ...at, character: at.character + 1 } };
  // Each letter makes the text another than before: `front` becomes `gront`, then `front` again.
  let letters = 0;
  const type = (): void => {
    letters += 1;
    editor.type(FILE, range, letters % 2 === 0 ? 'f' : 'g');
  };
  const params = { textDocument: { uri: editor.uri(FILE) }, position: at };
  const results = await compare(
    [
      {
        name: 'a letter, until the findings are told',
        run: async () => {
          type();
          await editor.findings(FILE);
        },
      },
      {
        name: 'a letter, until findings and names on offer are there',
        run: async () => {
          type();
          await Promise.all([editor.findings(FILE), editor.ask('completion', params)]);
        },
      },
    ],
    101,
  );
  await editor.stop();
  return table('lsp, 500 lines', results);
}
