// SPDX-License-Identifier: BSD-2-Clause
// 10,000 spoilt files: each gives findings or a composition, never an exception, never output after an error, and soon.
import { processorTime } from '../support/processor-time.js';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasErrors } from '../../src/diagnostics/diagnostic.js';
import { renderJson } from '../../src/render/json.js';
import { renderPretty } from '../../src/render/pretty.js';
import { arbitrarySystem, filesOf } from '../support/arbitrary-system.js';
import { compose, lint } from '../support/run.js';

const FILES = 10_000;
/** One in so many goes through composing too, which costs more than all that is before it. */
const COMPOSED = 10;
const SEED = 20261123;

const systems = path.resolve(import.meta.dirname, '../../systems');
const read = (file: string): string => readFileSync(path.join(systems, file), 'utf8');
const MORE = { 'machines/xeon_d.yaml': read('machines/xeon_d.yaml') };

/** Numbers that repeat from run to run (mulberry32). */
function randomBelow(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

type Below = ReturnType<typeof randomBelow>;

/** What is put into a text: what means something to YAML, and what means something to us. */
const TOKENS = [
  ...['{', '}', '[', ']', ':', ': ', ',', '- ', '? ', '&a ', '*a', '<<: *a', '!x ', '!!set ', '|', '>'],
  ...['"', "'", '#', '\n', '\r', '\t', '  ', '---\n', '...\n', '%YAML 1.1\n', '\0', '\ufeff', '\ud800'],
  ...['null', '~', 'true', 'no', '.nan', '.inf', '-1', '0', '1e400', '0x7fffffffffffff', '18446744073709551616'],
  ...['999999999GiB', '1KiB', '2MiB', '"03:00.0"', '03:00.0', 'com1', 'ramdisk', 'linux', 'efi', 'msix'],
  ...['web', 'db', 'vms:', 'links:', 'pci:', 'disks:', 'slot: 31', 'cores: [0]', '__proto__: 1', 'x-a: &a {}'],
  ...['\u{1f600}', '\u202e', 'machine: "-"', 'machine: machines/xeon_d.yaml', '$ref', '../../../etc/passwd'],
]; // prettier-ignore

const WORD = /[\w.-]+|[^\w\s]|\s+/g;

/** Small changes to bytes. */
function mutateBytes(text: string, below: Below): Uint8Array {
  const bytes = Buffer.from(text);
  for (let n = 0; n <= below(4); n += 1) bytes[below(bytes.length)] = below(256);
  return bytes;
}

/** Words taken out, doubled, exchanged, replaced, put in. */
function mutateTokens(text: string, below: Below): string {
  const words = text.match(WORD) ?? [];
  const token = (): string => TOKENS[below(TOKENS.length)] ?? '';
  for (let n = 0; n <= below(5); n += 1) {
    const [at, other] = [below(words.length), below(words.length)];
    const [a = '', b = ''] = [words[at], words[other]];
    const edits = [
      () => words.splice(at, 1 + below(8)),
      () => words.splice(at, 0, b),
      () => words.splice(at, 1, b),
      () => words.splice(other, 1, a),
      () => words.splice(at, 1, token()),
      () => words.splice(at, 0, token()),
      () => words.splice(at, 0, ...words.slice(other, other + below(30))),
    ];
    edits[below(edits.length)]?.();
  }
  return words.join('');
}

/** Lines taken out, doubled, indented otherwise. */
function mutateLines(text: string, below: Below): string {
  const lines = text.split('\n');
  const at = below(lines.length);
  const line = lines[at] ?? '';
  const edits = [
    () => lines.splice(at, 1),
    () => lines.splice(at, 0, line),
    () => lines.splice(at, 1, ` ${line}`),
    () => lines.splice(at, 1, line.slice(1)),
    () => lines.splice(below(lines.length), 0, ...lines.slice(at, at + 5)),
  ];
  edits[below(edits.length)]?.();
  return lines.join('\n');
}

const MUTATIONS = [mutateBytes, mutateTokens, mutateTokens, mutateLines] as const;

function corpus(): { text: string; more: Readonly<Record<string, string>> }[] {
  const written = readdirSync(systems)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => ({ text: read(file), more: MORE }));
  const made = fc.sample(arbitrarySystem, { numRuns: 60, seed: SEED }).map(filesOf);
  // Long files are slow and say nothing more.
  return [...written, ...made.filter(({ text }) => text.length < 2500)];
}

describe('spoilt files', () => {
  const sources = corpus();
  const shares = Array.from({ length: 10 }, (_, n) => n);

  test.each(shares)('share %i of ten', (share) => {
    let findings = 0;
    for (let n = share * (FILES / 10); n < (share + 1) * (FILES / 10); n += 1) {
      const below = randomBelow(SEED + n);
      const { text, more } = sources[below(sources.length)] ?? expect.fail('nothing to spoil');
      const mutate = MUTATIONS[below(MUTATIONS.length)] ?? mutateTokens;
      // Now and then it is the machine file.
      const [[machine, inventory] = []] = Object.entries(more);
      const other = machine !== undefined && inventory !== undefined && below(4) === 0;
      const spoilt = mutate(other ? inventory : text, below);
      const files = other ? { ...more, [machine]: spoilt } : more;
      const system = other ? text : spoilt;
      const start = processorTime();
      try {
        const composing = n % COMPOSED === 0;
        const result = composing ? compose(system, files) : lint(system, files);
        const errors = hasErrors(result.diagnostics);
        const composed = 'composition' in result;
        if (composing && composed === errors) throw new Error('output after an error, or neither');
        renderPretty(result.diagnostics, result.sources, false);
        renderJson(result.diagnostics, result.sources);
        findings += Number(errors);
      } catch (error) {
        throw new Error(`file ${n}:\n${Buffer.from(spoilt).toString()}`, { cause: error });
      }
      expect(processorTime() - start, `file ${n}`).toBeLessThan(5000);
    }
    // Most changes are mistakes; where none is, the corpus or the mutations are of no use.
    expect(findings).toBeGreaterThan(FILES / 10 / 3);
  });
});
