// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm, twoVms } from '../diagnostics/examples.js';
import type { Page } from '../diagnostics/page.js';

const GOOD = oneVm();

export const unreadable: Page = {
  code: 'MK0001',
  severity: 'error',
  title: 'a file can not be read',
  text: `The file does not exist, is a directory, or this user may not read it. A path in a description is relative to the
file that names it.`,
  fails: `makatea: 1
name: small
machine: machines/none.yaml
vms:
  web:
    memory: 64MiB
    boot: { type: linux, kernel: images/vmlinuz }
`,
  passes: `makatea: 1
name: small
machine: machines/some.yaml
vms:
  web:
    memory: 64MiB
    boot: { type: linux, kernel: images/vmlinuz }
`,
  files: { ...EXAMPLE_FILES, 'machines/some.yaml': 'makatea_machine: 1\nname: some\n' },
};

export const tooLarge: Page = {
  code: 'MK0002',
  severity: 'error',
  title: 'a file is larger than 1 MiB',
  text: `A description is read whole and every value keeps its place, so its size is bounded: 1 MiB is some 30,000 lines. A
file of that size is hardly written by hand; let whatever generates it make several systems.`,
  fails: '@large',
  passes: GOOD,
  files: EXAMPLE_FILES,
};

export const notUtf8: Page = {
  code: 'MK0003',
  severity: 'error',
  title: 'a file is not UTF-8 text',
  text: `YAML is UTF-8 text. The message names the first byte that is not. Save the file as UTF-8; a byte order mark is
allowed.`,
  fails: '@latin1',
  passes: GOOD,
  files: EXAMPLE_FILES,
};

export const syntax: Page = {
  code: 'MK0004',
  severity: 'error',
  title: 'the YAML syntax is broken',
  text: `The file is not YAML: an indentation that fits nothing, a tab where spaces belong, a bracket or quote that is not
closed. The values that could still be read are checked all the same, so further findings may follow from this one.`,
  fails: `makatea: 1
name: small
vms:
  web:
    memory: 64MiB
    boot: { type: linux, kernel: images/vmlinuz
`,
  passes: GOOD,
  files: EXAMPLE_FILES,
};

export const duplicateKey: Page = {
  code: 'MK0005',
  severity: 'error',
  title: 'a key stands twice in one map',
  text: `Two entries of one map have the same key. Many YAML readers silently keep the last one; then a VM, a device or a
setting is lost without a word. Rename or remove one of them.`,
  fails: `makatea: 1
name: small
vms:
  web:
    memory: 64MiB
    memory: 128MiB
    boot: { type: linux, kernel: images/vmlinuz }
`,
  passes: GOOD,
  files: EXAMPLE_FILES,
};

export const severalDocuments: Page = {
  code: 'MK0006',
  severity: 'error',
  title: 'a file holds several YAML documents',
  text: `A line \`---\` begins a further document. One file describes one system; put the other document into a file of its
own.`,
  fails: `${GOOD}---
makatea: 1
name: other
`,
  passes: `---\n${GOOD}`,
  files: EXAMPLE_FILES,
};

export const emptyDocument: Page = {
  code: 'MK0007',
  severity: 'error',
  title: 'a file is empty',
  text: 'There is nothing but white space and comments. `makatea init` writes a commented description to begin with.',
  fails: '# nothing here yet\n',
  passes: GOOD,
  files: EXAMPLE_FILES,
};

export const aliasBomb: Page = {
  code: 'MK0008',
  severity: 'error',
  title: 'aliases expand to too much, or to themselves',
  text: `An alias (\`*name\`) stands for all that its anchor holds. Here the expansion would exceed 200,000 values, or an anchor
contains its own alias. No description needs that.`,
  fails: `makatea: 1
name: small
x-loop: &loop { again: *loop }
vms:
  web:
    memory: 64MiB
    boot: { type: linux, kernel: images/vmlinuz }
`,
  passes: `makatea: 1
name: small
x-boot: &boot { type: linux, kernel: images/vmlinuz }
vms:
  web: { memory: 64MiB, boot: *boot }
`,
  files: EXAMPLE_FILES,
};

export const badKey: Page = {
  code: 'MK0009',
  severity: 'error',
  title: 'a key is not a word',
  text: 'Keys are words. A list or a map as a key, or an empty key, means nothing here.',
  fails: `makatea: 1
name: small
vms:
  web:
    memory: 64MiB
    boot: { type: linux, kernel: images/vmlinuz }
  ? [db, cache]
  : memory: 64MiB
    boot: { type: linux, kernel: images/vmlinuz }
`,
  passes: GOOD,
  files: EXAMPLE_FILES,
};

export const badMerge: Page = {
  code: 'MK0010',
  severity: 'error',
  title: 'a merge key does not name a map',
  text: `\`<<\` takes the entries of another map, or of a list of maps: \`<<: *defaults\`. Entries that stand beside it win over
merged ones.`,
  fails: `makatea: 1
name: small
x-size: &size 64MiB
vms:
  web:
    <<: *size
    memory: 64MiB
    boot: { type: linux, kernel: images/vmlinuz }
`,
  passes: `makatea: 1
name: small
x-defaults: &defaults
  memory: 64MiB
vms:
  web:
    <<: *defaults
    boot: { type: linux, kernel: images/vmlinuz }
`,
  files: EXAMPLE_FILES,
};

export const tag: Page = {
  code: 'MK0011',
  severity: 'error',
  title: 'a YAML tag is not supported',
  text: `A tag (\`!something\`) asks the reader to make something special of a value. Descriptions are plain data: maps, lists,
strings, numbers and booleans.`,
  fails: `makatea: 1
name: small
vms:
  web:
    memory: !size 64MiB
    boot: { type: linux, kernel: images/vmlinuz }
`,
  passes: GOOD,
  files: EXAMPLE_FILES,
};

export const linkToItself: Page = {
  code: 'MK0012',
  severity: 'error',
  title: 'a link connects a VM with itself',
  text: `The two ends of a link are two different VMs. A program that wants to talk to its own VM uses the loopback
interface.`,
  fails: twoVms({ top: 'links:\n  private: { type: net, ends: { web: {}, web: {} } }' }),
  passes: twoVms({ top: 'links:\n  private: { type: net, ends: { web: {}, db: {} } }' }),
  files: EXAMPLE_FILES,
};

export const sourcePages: readonly Page[] = [
  unreadable,
  tooLarge,
  notUtf8,
  syntax,
  duplicateKey,
  severalDocuments,
  emptyDocument,
  aliasBomb,
  badKey,
  badMerge,
  tag,
  linkToItself,
];
