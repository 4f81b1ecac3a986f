// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, EXAMPLE_FILES, MACHINE_FILES, oneVm } from '../diagnostics/examples.js';
import type { Page } from '../diagnostics/page.js';

const GOOD = oneVm();

export const unknownKey: Page = {
  code: 'MK0101',
  severity: 'error',
  title: 'a key is unknown',
  text: `Nothing has this name here. It is refused, not ignored: a misspelt key would otherwise silently do nothing. Keys that
begin with \`x-\` are ignored at the top level; anchors and notes of your own can stand there.`,
  fails: oneVm({ web: 'memroy: 128MiB' }),
  passes: `x-note: mine\n${GOOD}`,
  files: EXAMPLE_FILES,
};

export const missingKey: Page = {
  code: 'MK0102',
  severity: 'error',
  title: 'a required key is missing',
  text: 'This entry is incomplete without the key. The hint says what belongs there.',
  fails: GOOD.replace('    memory: 64MiB\n', ''),
  passes: GOOD,
  files: EXAMPLE_FILES,
};

export const wrongType: Page = {
  code: 'MK0103',
  severity: 'error',
  title: 'a value is of the wrong kind',
  text: `A map, list, text, number or boolean stands where another kind is wanted. Every key has exactly one shape. An empty
value (\`web:\` with nothing behind it) is none of these: write \`{}\` for an empty map.`,
  fails: oneVm({ web: 'cores: 0' }),
  passes: oneVm({ web: 'cores: [0]' }),
  files: EXAMPLE_FILES,
};

export const notAllowed: Page = {
  code: 'MK0104',
  severity: 'error',
  title: 'a value is not one of those allowed',
  text: 'Only certain words or numbers may stand here; the hint lists them.',
  fails: oneVm({ web: 'paravirt: xen' }),
  passes: oneVm({ web: 'paravirt: none' }),
  files: EXAMPLE_FILES,
};

export const malformed: Page = {
  code: 'MK0105',
  severity: 'error',
  title: 'a value is malformed',
  text: `The text does not have the form that is wanted here: a size needs its unit (KiB, MiB or GiB), a duration us, ms or s, a
MAC address six pairs of lower-case hexadecimal digits.`,
  fails: GOOD.replace('64MiB', '64MB'),
  passes: GOOD,
  files: EXAMPLE_FILES,
};

export const outOfRange: Page = {
  code: 'MK0106',
  severity: 'error',
  title: 'a value is out of range',
  text: 'A number is too small or too large, a text too long, or a list or map has too few or too many entries.',
  fails: oneVm({ web: 'priority: 300' }),
  passes: oneVm({ web: 'priority: 150' }),
  files: EXAMPLE_FILES,
};

export const badName: Page = {
  code: 'MK0107',
  severity: 'error',
  title: 'a name is malformed',
  text: `Names of VMs, consoles, links and devices consist of lower-case letters, digits and underscores, begin with a letter and
have at most 32 characters, because they become parts of C and CAMkES identifiers.`,
  fails: GOOD.replace('web', 'Web-1'),
  passes: GOOD.replace('web', 'web_1'),
  files: EXAMPLE_FILES,
};

export const repeatedItem: Page = {
  code: 'MK0108',
  severity: 'error',
  title: 'a list has an item twice',
  text: 'Each item of this list may stand in it once.',
  fails: oneVm({ web: 'cores: [0, 0]' }),
  passes: oneVm({ web: 'cores: [0]' }),
  files: EXAMPLE_FILES,
};

function passthrough(bdf: string): string {
  return oneVm({ top: 'machine: box.yaml', web: `pci: { uplink: { bdf: ${bdf}, ${ACCEPT} } }` });
}

export const badBdf: Page = {
  code: 'MK0110',
  severity: 'error',
  title: 'a PCI address is malformed',
  text: `A PCI address is written as lspci -D prints it: segment, bus, device and function in lower-case hexadecimal,
\`"0000:03:00.0"\`. The segment may be left out when it is 0000. Devices go to 1f, functions to 7.`,
  fails: passthrough('"0000:03:20.0"'),
  passes: passthrough('"0000:03:00.0"'),
  files: MACHINE_FILES,
};

export const unquotedBdf: Page = {
  code: 'MK0111',
  severity: 'error',
  title: 'a PCI address is not in quotes',
  text: `Without quotes some YAML readers take a PCI address for a number in base 60: \`03:00.0\` becomes 180.0, and other tools
see another device than you wrote. Put it in quotes.`,
  fails: passthrough('03:00.0'),
  passes: passthrough('"03:00.0"'),
  files: MACHINE_FILES,
};

export const schemaPages: readonly Page[] = [
  unknownKey,
  missingKey,
  wrongType,
  notAllowed,
  malformed,
  outOfRange,
  badName,
  repeatedItem,
  badBdf,
  unquotedBdf,
];
