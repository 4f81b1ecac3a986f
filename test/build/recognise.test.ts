// SPDX-License-Identifier: BSD-2-Clause
// Failures that have a name. Each text is what a tool, seL4 or a guest really printed when the failure was brought about, cut down
// to the lines that tell, with other paths.
import { describe, expect, test } from 'vitest';
import { oneVm, twoVms } from '../../src/diagnostics/examples.js';
import { tellingLines } from '../../src/build/log.js';
import { composed, logFindings } from '../support/workspace.js';

const TWO = twoVms({ db: 'priority: 50' }).replace(
  /memory: 64MiB(?=[^]*priority)(?![^]*memory: 64MiB[^]*priority)/,
  'memory: 128MiB',
);

/** An image as the application names it. */
const image = (): string => composed(oneVm()).plan.images[0]?.id ?? '';

describe('is recognised', () => {
  test.each([
    [
      'CMake: a guest image is gone',
      () => `CMake Error at apps/small/CMakeLists.txt:17 (message):
  Makatea: the guest image
  /tree/projects/camkes/apps/small/images/${image()}
  is missing
Call Stack (most recent call first):
`,
      'MK0701',
      'the image "images/vmlinuz" is no longer in the application while it was built',
    ],
    [
      'CMake: a guest image is another one',
      () => `CMake Error at apps/small/CMakeLists.txt:22 (message):
  Makatea: /tree/projects/camkes/apps/small/images/${image()}
  is not the image that the system was composed for
`,
      'MK0701',
      'the image "images/vmlinuz" has changed in the application while it was built',
    ],
    [
      'Python: a package is missing',
      () => `  File "/tree/projects/camkes-tool/camkes/ast/location.py", line 14, in <module>
    import plyplus, re
ModuleNotFoundError: No module named 'plyplus'
CMake Error at /tree/tools/seL4/cmake-tool/helpers/make.cmake:13 (file):
  file failed to open for reading (No such file or directory):
`,
      'MK0705',
      'python3 has no package plyplus, which the build of seL4 needs',
    ],
    [
      'make: stack is missing',
      () => `FAILED: capDL-tool/parse-capDL
stack build --fast
make: stack: No such file or directory
make: *** [Makefile:53: parse-capDL] Error 127
`,
      'MK0710',
      'the build starts stack, which is not here',
    ],
    [
      'ld: the images are larger than 2 GiB',
      () => `crtstuff.c:(.text+0x76): relocation truncated to fit: R_X86_64_PC32 against \`.bss'
main.c:120:(.text+0x2868): additional relocation overflows omitted from the output
collect2: error: ld returned 1 exit status
`,
      'MK0702',
      'the images make the capability loader larger than 2 GiB',
    ],
    [
      'GRUB: no room for the images',
      () => '\x1b[H\x1b[J\x1b[1;1HGRUB can not load the images\n\r',
      'MK0702',
      'the boot loader has no room for the images',
    ],
    [
      'seL4: no room for the loader',
      () => `size=0x111c000 v_entry=0x408b38 v_start=0x400000 v_end=0x151c000 seL4 failed assertion 'load_paddr' at boot_sys.c:120 in function load_boot_module\r
halting...\r
`,
      'MK0704',
      'seL4 has no room in memory for the capability loader and its images',
    ],
    [
      'loader: out of untyped memory',
      () => `\x1b[0m\x1b[1m<<\x1b[0m\x1b[32mseL4(CPU 0)\x1b[0m Untyped Retype: Insufficient memory (1 * 2097152 bytes needed, 2048 bytes available).>>\x1b[0m\r
create_objects@main.c:843 Ran out of untyped memory while creating objects.\r
seL4 root server abort()ed\r
`,
      'MK0704',
      'the machine has too little memory: the capability loader ran out of it',
    ],
    [
      'Linux: what is packed is damaged',
      () => '\r\nDecoding failed\r\n\r\n -- System halted',
      'MK0703',
      'the kernel could not unpack itself: "Decoding failed"',
    ],
  ])('%s', (_, output, code, message) => {
    const [found, ...more] = logFindings(output(), oneVm());
    expect(found).toMatchObject({ code, message });
    expect(more).toEqual([]);
  });
});

describe('is no failure', () => {
  test.each([
    // The loader tries one piece of memory after the other, and a debug kernel tells of each try.
    'Untyped Retype: Insufficient memory (1 * 2097152 bytes needed, 0 bytes available).',
    '-- Looking for a Python module',
    'main.c:3:10: fatal error: x.h: No such file or directory',
    'System halted',
  ])('%s', (output) => {
    expect(logFindings(output, oneVm())).toEqual([]);
  });
});

describe('is told', () => {
  const covered = (output: string, text: string): string[] =>
    logFindings(output, text).map(({ span }) => text.slice(span.start, span.end));

  test('where the most memory is', () => {
    expect(TWO).toMatch(/64MiB[^]*128MiB/);
    expect(covered('Ran out of untyped memory while creating objects', TWO)).toEqual(['128MiB']);
  });

  test('at the kernel of the VM that its monitor names', () => {
    const text = twoVms().replace(/vmlinuz(?=[^]*$)(?![^]*vmlinuz)/, 'vmlinuz');
    const output = 'Decoding failed\n\n -- System halted\nmakatea: db: ended: crashed\n';
    const [found] = logFindings(output, text);
    expect(text.slice(0, found?.span.start)).toMatch(/db:[^]*kernel: $/);
    expect(covered(output, text)).toEqual(['images/vmlinuz']);
  });
});

describe('what is shown of a failure without a name', () => {
  test('begins where the account of it does', () => {
    const lines = ['[1/9] CC a.o', 'FAILED: b.o', 'cc b.c', 'b.c:1: error: x', '', 'ninja: stop'];
    expect(tellingLines(lines.join('\n'))).toEqual([
      'FAILED: b.o',
      'cc b.c',
      'b.c:1: error: x',
      'ninja: stop',
    ]);
    expect(tellingLines('-- a\nTraceback (most recent call last):\n  x\n')).toEqual([
      'Traceback (most recent call last):',
      '  x',
    ]);
    expect(tellingLines('-- a\nld: error: no\n')).toEqual(['ld: error: no']);
  });

  test('is the end where there is no account, and never much', () => {
    const many = Array.from({ length: 100 }, (_, n) => `line ${String(n)}`);
    expect(tellingLines(many.join('\n'))).toEqual(many.slice(-30));
    expect(tellingLines(`FAILED: ${'x'.repeat(10_000)}`)[0]).toHaveLength(202);
  });
});
