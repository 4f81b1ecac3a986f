// SPDX-License-Identifier: BSD-2-Clause
import { expect, test } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.js';
import { renderGithub } from '../../src/render/github.js';

const span = { file: 0, start: 3, end: 5 };
const finding: Diagnostic = {
  code: 'MK0101',
  severity: 'error',
  message: 'unknown key "x"',
  span,
  related: [],
};

const render = (more: Partial<Diagnostic>, name = 'a/b.yaml'): string =>
  renderGithub([{ ...finding, ...more }], [{ name, text: 'a:\n😀: 1\n' }], '/repo');

test('a finding is one workflow command at its place', () => {
  expect(render({})).toBe(
    '::error file=a/b.yaml,line=2,endLine=2,col=1,endColumn=3,title=MK0101::unknown key "x"\n',
  );
  expect(render({ severity: 'warning' })).toMatch(/^::warning file=/);
  expect(render({ severity: 'note' })).toMatch(/^::notice file=/);
});

test('related places and the hint are further lines of the message', () => {
  const related = [{ span: { ...span, start: 0 }, message: 'first here' }];
  expect(render({ related, hint: 'write y' })).toMatch(
    /::unknown key "x"%0Aa\/b\.yaml:1:1: first here%0Ahint: write y\n$/,
  );
});

test('nothing in a message or a name begins another command or property', () => {
  const text = render({ message: '50%0A\r\n::error::x, y' }, 'a:b,%c\n::d.yaml');
  expect(text.split('\n')).toHaveLength(2);
  expect(text).toContain('file=a%3Ab%2C%25c\ufffd%3A%3Ad.yaml,line=');
  expect(text).toContain('::50%250A\ufffd\ufffd::error::x, y\n');
});

test('a path of the repository is relative to it', () => {
  expect(render({}, '/repo/x/y.yaml')).toContain('file=x/y.yaml,');
  expect(render({}, '/other/y.yaml')).toContain('file=/other/y.yaml,');
});

test('no findings, no commands', () => {
  expect(renderGithub([], [], '/repo')).toBe('');
});
