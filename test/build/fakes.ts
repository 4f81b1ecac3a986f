// SPDX-License-Identifier: BSD-2-Clause
// A CAMkES project tree in which nothing can be built, and tools that act as if they did. Each tool leaves a line of its call in
// the file FAKE_CALLS.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse as parseYaml } from 'yaml';
import { kernelPages } from '../../src/workspace/kernel-pages.js';
import { installFakes } from '../run/fakes.js';

/** The kernel of a page's example, as files by path. */
export function kernelOf(code: string, example: 'fails' | 'passes'): Record<string, string> {
  const page = kernelPages.find((one) => one.code === code);
  if (page === undefined) throw new Error(`no page ${code}`);
  return parseYaml(page[example]) as Record<string, string>;
}

/** What makes a directory a project tree: the marks of its parts, and what is called in them. */
export const TREE: Readonly<Record<string, string>> = {
  ...kernelOf('MK0706', 'passes'),
  'kernel/FindseL4.cmake': '',
  'kernel/VERSION': '16.0.0\n',
  'tools/seL4/cmake-tool/all.cmake': '',
  'tools/seL4/cmake-tool/helpers/application_settings.cmake':
    'function(ApplyCommonReleaseVerificationSettings)',
  'projects/camkes/easy-settings.cmake': 'set(CAMKES_APP "adder")',
  'projects/camkes/settings.cmake': 'sel4_configure_platform_settings() CAMKES_APP',
  'projects/camkes/apps/adder/adder.camkes': 'the work of somebody else',
  'projects/camkes-tool/Findcamkes-tool.cmake': '',
  'projects/camkes-tool/camkes.cmake':
    'CAmkESAddTemplatesPath DeclareCAmkESRootserver TEMPLATE_SOURCES',
  'projects/capdl/Findcapdl.cmake': '',
  'projects/capdl/capdl-loader-app/CMakeLists.txt': 'CapDLLoaderFillsPerFrame',
  'projects/seL4_libs/FindseL4_libs.cmake': '',
  'projects/util_libs/Findutil_libs.cmake': '',
  'projects/musllibc/Findmusllibc.cmake': '',
  'projects/sel4runtime/Findsel4runtime.cmake': '',
  'projects/projects_libs/Findprojects_libs.cmake': '',
  'projects/seL4_projects_libs/Findsel4_projects_libs.cmake': '',
  'projects/global-components/Findglobal-components.cmake': '',
};

const NODE = `#!${process.execPath}
// SPDX-License-Identifier: BSD-2-Clause
const fs = require('node:fs');
const args = process.argv.slice(2);
const name = process.argv[1].split('/').pop();
fs.appendFileSync(process.env.FAKE_CALLS, [name, process.cwd(), ...args].join(' ') + '\\n');
const say = process.env['FAKE_' + name.toUpperCase() + '_SAYS'];
`;

/** Prints as the tree's own files have it do: through a path. Says FAKE_CMAKE_SAYS, and then fails. */
const CMAKE = `${NODE}
fs.writeFileSync('/dev/stdout', '-- Configuring, with the word of a path\\n');
if (say) { console.error(say); process.exit(1); }
fs.writeFileSync('build.ninja', '');
console.log('-- Generating done');
`;

/**
 * Says FAKE_NINJA_SAYS, and then fails; with \`hang\` it waits to be ended, and takes back what it has begun; with \`nothing\` it
 * ends well and has made nothing.
 */
const NINJA = `${NODE}
console.log('[1/3] Building C object');
if (say === 'hang') {
  // Whoever sees the file may end this program at once.
  process.on('SIGTERM', () => { fs.rmSync('half-written'); process.exit(130); });
  fs.writeFileSync('half-written', '');
  setInterval(() => {}, 1000);
} else if (say === 'nothing') {
  console.log('ninja: no work to do.');
} else if (say) {
  console.log(say);
  process.exit(1);
} else {
  fs.mkdirSync('images', { recursive: true });
  fs.writeFileSync('images/kernel-x86_64-pc99', 'kernel');
  fs.writeFileSync('images/capdl-loader-image-x86_64-pc99', 'loader');
  console.log('[2/3] Linking\\n[3/3] Generating images/capdl-loader-image-x86_64-pc99');
}
`;

/** Leaves beside the image what stood in GRUB's configuration; fails when FAKE_GRUB-MKRESCUE_SAYS something. */
const GRUB = `${NODE}
if (say) { console.log(say); process.exit(1); }
const [, to, from] = args;
fs.writeFileSync(to, fs.readFileSync(from + '/boot/kernel') + fs.readFileSync(from + '/boot/loader'));
`;

/** Writes the tools into a folder, with those of \`makatea run\`; gives the search path that finds them first. */
export function installTools(dir: string): string {
  const searchPath = installFakes(dir);
  const tools = { cmake: CMAKE, ninja: NINJA, 'grub-mkrescue': GRUB };
  const others = ['g++', 'cpp', 'python3', 'xmllint', 'cpio', 'git'].map((name) => [name, NODE]);
  for (const [name = '', text = ''] of [...Object.entries(tools), ...others]) {
    writeFileSync(path.join(dir, name), text);
    chmodSync(path.join(dir, name), 0o755);
  }
  return searchPath;
}

export function writeTree(dir: string, more: Readonly<Record<string, string>> = {}): void {
  for (const [file, text] of Object.entries({ ...TREE, ...more })) {
    mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
    writeFileSync(path.join(dir, file), text);
  }
}

/** The calls of a tool, in order. */
export function callsOf(file: string, tool: string): string[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.filter((line) => line.startsWith(`${tool} `));
  } catch {
    return [];
  }
}
