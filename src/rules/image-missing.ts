// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { isFault } from '../source/files.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';
import { linuxVms } from './boot-facts.js';

export const imageMissing: Rule = {
  code: 'MK0402',
  severity: 'error',
  title: 'an image file can not be read, or is empty',
  text: `The kernel or initrd that the VM boots is not there, or can not be read. \`lint\` only warns of a missing file, because
images are often built later; \`compose\` needs them.`,
  fails: oneVm().replace('images/vmlinuz', 'images/none'),
  passes: oneVm(),
  files: EXAMPLE_FILES,
  check(input, report) {
    for (const { vm, boot } of linuxVms(input)) {
      for (const key of ['kernel', 'initrd'] as const) {
        const path = boot[key];
        const facts = path === undefined ? undefined : input.images.get(path);
        if (path === undefined || facts === undefined) continue;
        const span = valueOf(vm, 'boot', key);
        if (!isFault(facts)) {
          if (facts.bytes === 0) report(span, `the ${key} ${JSON.stringify(path)} is empty`);
          continue;
        }
        const severity = facts.missing && !input.composing ? 'warning' : 'error';
        const message = `the ${key} ${JSON.stringify(path)} can not be read: ${facts.fault}`;
        const hint = 'the path is relative to the file that names it';
        report(span, message, { severity, hint });
      }
    }
  },
};
