// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { factsOf, linuxVms } from './boot-facts.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

export const unpackable: Rule = {
  code: 'MK0408',
  severity: 'error',
  title: 'a kernel image holds nothing that it could unpack',
  text: `A bzImage is a small program with the real kernel packed in it, which it unpacks when it is started: by gzip, bzip2, LZMA, XZ,
LZO, LZ4 or Zstandard. Where the header says that the packed kernel begins, there is none of these. The file is damaged, and at boot its VM
would end without a word. Bring the kernel over again.`,
  fails: oneVm().replace('images/vmlinuz', 'images/damaged'),
  passes: oneVm(),
  files: { ...EXAMPLE_FILES, 'images/damaged': '@bzimage-damaged' },
  check(input, report) {
    for (const { vm, boot } of linuxVms(input)) {
      const magic = factsOf(input, boot.kernel)?.unpackable;
      if (magic === undefined) continue;
      const message = `${JSON.stringify(boot.kernel)} can not unpack itself: what it holds begins with ${magic}, which is no packed kernel`;
      report(valueOf(vm, 'boot', 'kernel'), message, {
        hint: 'compare the file with its original',
      });
    }
  },
};
