// SPDX-License-Identifier: BSD-2-Clause
// `npm run demo`: two Linux VMs from one file. Gets guest images, composes, shows what came out, and
// what a mistake looks like, and boots a smaller one in an emulator.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { createColors } from 'picocolors';
import { DebianError } from '../guest/debian.js';
import { ELSEWHERE } from '../guest/examples.js';
import { describeImages, provideImages } from '../guest/images.js';
import { withMistakes } from './demo-mistakes.js';
import { reportTable, tree } from './demo-tour.js';
import { root } from './root.js';

const EXAMPLE = 'systems/two-linux.yaml';
const IMAGES = 'systems/images';
const BOOTED = 'systems/one-linux.yaml';
const OUTPUT = 'build/two-linux';
const MISTAKE = 'build/mistake.yaml';

/** A step failed that is not about Debian's packages. */
class StepError extends Error {}

const { NO_COLOR } = process.env;
const coloured = isTerminal(process.stdout) && (NO_COLOR === undefined || NO_COLOR === '');
const colours = createColors(coloured);

function heading(text: string): void {
  console.log(`\n${colours.bold(text)}`);
}

function lines(texts: readonly string[]): void {
  for (const text of texts) console.log(text === '' ? '' : `  ${text}`);
}

/** Shows a command as a user would type it in this folder, and runs it. */
async function makatea(...args: string[]): Promise<number> {
  console.log(`  ${colours.cyan(`$ npx makatea ${args.map(quoted).join(' ')}`)}`);
  const program = path.join(root, 'dist/makatea.js');
  const { exitCode = 3 } = await execa(process.execPath, [program, ...args], {
    cwd: root,
    stdio: 'inherit',
    reject: false,
  });
  return exitCode;
}

/** Runs a step of the build without its output; what it prints is shown when it fails. */
async function build(tool: string): Promise<void> {
  const args = ['--import', 'tsx', path.join(root, `src/tools/${tool}.ts`)];
  const result = await execa(process.execPath, args, { cwd: root, reject: false, all: true });
  if (result.failed) throw new StepError(`src/tools/${tool}.ts failed:\n${result.all}`);
}

/** An argument as it is typed in a shell. */
function quoted(arg: string): string {
  return /^[\w./=-]+$/.test(arg) ? arg : `'${arg}'`;
}

async function plantMistakes(): Promise<void> {
  const text = await readFile(path.join(root, EXAMPLE), 'utf8');
  await mkdir(path.join(root, 'build'), { recursive: true });
  await writeFile(path.join(root, MISTAKE), withMistakes(text));
}

async function demo(): Promise<void> {
  console.log(colours.bold('Makatea demo: two Linux VMs for seL4 from one YAML file'));

  heading('1. Images for the guests');
  const images = path.join(root, IMAGES);
  await provideImages(images, path.join(root, '.cache'), (text) => {
    lines([colours.dim(`${text} …`)]);
  });
  lines((await describeImages(images)).map((image) => `${IMAGES}/${image}`));
  lines(['They are kept until you delete them; images of your own may stand there instead.']);

  heading('2. The program');
  lines([colours.dim('building dist/ from src/, schema/ and templates/ …')]);
  await build('generate');
  await build('build');

  heading(`3. ${EXAMPLE} becomes a CAMkES application`);
  const status = await makatea('compose', EXAMPLE, '-o', OUTPUT);
  if (status !== 0) throw new StepError(`makatea ended with exit status ${status}, see above.`);

  heading(`4. What came out: ${OUTPUT}/`);
  lines(await tree(path.join(root, OUTPUT)));

  heading(`5. Who can reach whom, from ${OUTPUT}/report.md`);
  const output = path.join(root, OUTPUT);
  lines(await reportTable(output, '### VM and VM'));
  lines(['', ...(await reportTable(output, '### Who controls whom'))]);
  lines([
    '',
    'Each link is memory of exactly two monitors; only its writer can write a region of it.',
  ]);

  heading(`6. Two mistakes, planted in a copy: ${MISTAKE}`);
  await plantMistakes();
  await makatea('lint', MISTAKE);

  heading(`7. ${BOOTED} boots: our monitor under an emulated VT-x`);
  lines([colours.dim('about a minute or two …')]);
  const chat = ['--expect', '~ # ', '--send', 'uname -a\\n', '--expect', 'GNU/Linux'];
  const booted = await makatea('run', BOOTED, '--timeout', '600', ...chat);
  if (booted !== 0) throw new StepError(`makatea ended with exit status ${booted}, see above.`);

  // The machine was switched off in the middle of a line.
  console.log();
  heading('Next');
  lines([
    `try it by hand:                 npx makatea run ${BOOTED}`,
    `mend ${MISTAKE}, then:  npx makatea lint ${MISTAKE}`,
    'what a code means:              npx makatea explain MK0306',
    'a description of your own:      npx makatea init my-system',
    'the guide:                      docs/getting-started.md',
    '',
    'on seL4 itself, with a CAMkES tree of yours:  docs/on-sel4.md',
  ]);
}

try {
  await demo();
} catch (error) {
  if (!(error instanceof DebianError || error instanceof StepError)) throw error;
  console.error(`\n${error.message}`);
  if (error instanceof DebianError) console.error(`\n${ELSEWHERE}\nThen start the demo again.`);
  process.exitCode = 1;
}

/** For a pipe Node leaves it undefined, whatever its type says. */
function isTerminal(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true;
}
