// SPDX-License-Identifier: BSD-2-Clause
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../src/pipeline/catalogue.js';
import { example } from './support/examples.js';
import { runInventoryExample } from './support/trees.js';
import { runWorkspaceExample } from './support/workspace.js';
import { compose, lint, NOT_DRIVEN, told, UNJUDGED } from './support/run.js';

/** Codes that a failing example can not avoid beside its own, with the reason. */
const UNAVOIDABLE: Readonly<Record<string, readonly string[]>> = {
  // So many ramdisks or VMs are more components than the loader starts.
  MK0501: ['MK0341'],
  MK0505: ['MK0341'],
};

const root = path.resolve(import.meta.dirname, '..');

const inventories = catalogue.filter(({ kind }) => kind === 'inventory' || kind === 'dump');

describe.each(inventories.map((page) => [page.code, page] as const))('%s', (code, page) => {
  test('the example that fails gives this code and no other', () => {
    const { codes, severities, machine } = runInventoryExample(page, page.fails);
    expect(new Set(codes)).toEqual(new Set([code]));
    expect(new Set(severities)).toEqual(new Set([page.severity]));
    expect(machine === undefined).toBe(page.severity === 'error');
  });

  test('the example that passes has no finding', () => {
    const { codes, machine } = runInventoryExample(page, page.passes);
    expect(codes).toEqual([]);
    expect(machine).toBeDefined();
  });
});

const workspaces = catalogue.filter(({ kind }) => kind === 'kernel' || kind === 'log');

describe.each(workspaces.map((page) => [page.code, page] as const))('%s', (code, page) => {
  test('the example that fails gives this code and no other', () => {
    const found = runWorkspaceExample(page, page.fails);
    expect(found.map((d) => `${d.code} ${d.severity}`)).toEqual([`${code} ${page.severity}`]);
  });

  test('the example that passes has no finding', () => {
    expect(runWorkspaceExample(page, page.passes)).toEqual([]);
  });
});

const systems = catalogue.filter((page) => page.kind === undefined);

describe.each(systems.map((page) => [page.code, page] as const))('%s', (code, page) => {
  test('the example that fails gives this code and no other', () => {
    const { text, files } = example(page.fails) ?? expect.fail('nothing to run');
    const result = compose(text, { ...page.files, ...files });
    const found = result.diagnostics.filter(
      (d) => d.code === code || ![NOT_DRIVEN, UNJUDGED].includes(d.code),
    );
    expect(new Set(found.map((d) => d.code)), told(result).join('\n')).toEqual(
      new Set([code, ...(UNAVOIDABLE[code] ?? [])]),
    );
    const own = found.filter((d) => d.code === code);
    expect(new Set(own.map((d) => d.severity))).toEqual(new Set([page.severity]));
    expect(result.composition === undefined).toBe(page.severity === 'error');
  });

  const passes = example(page.passes);
  // What no description of this version escapes has no example that passes.
  if (passes === undefined) return;
  test('the example that passes has no error and not this code', () => {
    const { text, files } = passes;
    const more = { ...page.files, ...files };
    for (const result of [lint(text, more), compose(text, more)]) {
      const bad = result.diagnostics.filter((d) => d.code === code || d.severity === 'error');
      expect(told({ ...result, diagnostics: bad })).toEqual([]);
    }
    expect(compose(text, more).composition).toBeDefined();
  });
});

describe('the catalogue', () => {
  const codes = catalogue.map((page) => page.code);

  test('has each code once, in order', () => {
    expect(codes.filter((code) => !/^MK\d{4}$/.test(code))).toEqual([]);
    expect(codes).toEqual([...new Set(codes)].sort());
  });

  test('has every code that was ever given out: codes are stable for ever', () => {
    const given = readFileSync(path.join(import.meta.dirname, 'fixtures/codes.txt'), 'utf8');
    // A new code is added to codes.txt; none is ever taken out of it.
    expect(codes).toEqual(given.trim().split('\n'));
  });

  test('has every code that the source names', () => {
    const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(path.join(root, 'src', file), 'utf8'));
    const named = sources.flatMap((text) => text.match(/MK\d{4}/g) ?? []);
    // The last one stands for a code that there is not.
    expect([...new Set(named)].sort()).toEqual([...codes, 'MK0999']);
  });

  test.each(catalogue.map((page) => [page.code, page] as const))(
    '%s is told in whole sentences',
    (_, page) => {
      expect(page.title).toMatch(/^[a-z"']|^[A-Z]{2}|^I\/O|^VT-d|^PCI|^seL4/);
      expect(page.title).not.toMatch(/\.$/);
      expect(page.text).toMatch(/\.$/);
    },
  );
});
