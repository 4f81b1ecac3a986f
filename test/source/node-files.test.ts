// SPDX-License-Identifier: BSD-2-Clause
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realFiles } from '../../src/cli/files.js';
import { MAX_BYTES } from '../../src/source/decode.js';
import { isFault } from '../../src/source/files.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'makatea-files-'));
  mkdirSync(path.join(dir, 'folder'));
  writeFileSync(path.join(dir, 'file'), 'hello');
  writeFileSync(path.join(dir, 'large'), Buffer.alloc(MAX_BYTES * 2));
  symlinkSync('loop', path.join(dir, 'loop'));
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

const files = realFiles();
const at = (name: string): string => path.join(dir, name);

describe('a file', () => {
  test('is read, measured, begun and hashed', () => {
    expect(files.read(at('file'))).toEqual(new TextEncoder().encode('hello'));
    expect(files.size(at('file'))).toBe(5);
    expect(files.head(at('file'), 3)).toEqual(new TextEncoder().encode('hel'));
    expect(files.head(at('file'), 99)).toHaveLength(5);
    expect(files.sha256(at('file'))).toMatch(/^2cf24dba5fb0a30e/);
  });

  test('that is too large is not read whole', () => {
    expect(files.read(at('large'))).toHaveLength(MAX_BYTES + 1);
    expect(files.size(at('large'))).toBe(MAX_BYTES * 2);
  });

  test('of the kernel, which says that it is empty, is read to its end', () => {
    expect(files.size('/proc/cpuinfo')).toBe(0);
    expect(Buffer.from(files.read('/proc/cpuinfo') as Uint8Array)).toEqual(
      readFileSync('/proc/cpuinfo'),
    );
    expect(files.head('/proc/cpuinfo', 9)).toEqual(new TextEncoder().encode('processor'));
  });

  test.each([
    ['none', true, /no such file/],
    ['file/below', true, /not a directory/],
    ['folder', false, /is a directory/],
    ['loop', false, /symbolic links/],
    ['x'.repeat(300), false, /too long/],
    ['a\0b', false, /NUL/],
  ])('%j can not be used, in words', (name, missing, fault) => {
    for (const result of [
      files.read(at(name)),
      files.size(at(name)),
      files.head(at(name), 1),
      files.sha256(at(name)),
    ]) {
      expect(isFault(result) && result.missing).toBe(missing);
      expect(isFault(result) ? result.fault : '').toMatch(fault);
    }
  });
});
