// SPDX-License-Identifier: BSD-2-Clause
// MK0404 is a warning where a kernel can boot, but one of a distribution would only with thrift.
import { expect, test } from 'vitest';
import { oneVm } from '../../src/diagnostics/examples.js';
import { lint } from '../support/run.js';

const FILES = { 'images/vmlinuz100': '@bzimage-of-100-mib' } as const;

function told(memory: string, cmdline = ''): (string | undefined)[][] {
  const boot = `kernel: images/vmlinuz100, cmdline: "console=ttyS0 ${cmdline}"`;
  const text = oneVm().replace('64MiB', memory).replace('kernel: images/vmlinuz', boot);
  return lint(text, FILES)
    .diagnostics.filter((d) => d.code === 'MK0404')
    .map((d) => [d.severity, d.hint]);
}

test('2 MiB, the kernel and 8 MiB are the least, 16 MiB are ample, thrift needs no warning', () => {
  expect(told('108MiB')).toEqual([['error', 'give it at least 110MiB']]);
  expect(told('110MiB')).toEqual([['warning', expect.stringMatching(/^give it 118MiB, /)]]);
  expect(told('116MiB')).toHaveLength(1);
  expect(told('116MiB', 'initcall_blacklist=tracer_init_tracefs')).toEqual([]);
  expect(told('118MiB')).toEqual([]);
});
