// SPDX-License-Identifier: BSD-2-Clause
import { tooLarge } from './boot-failures.js';
import { imageTooLarge } from './boot-pages.js';
import { imageGone, packageMissing, toolMissing } from './build-pages.js';
import type { Failure } from './failure.js';
import { atName, imageById } from './spans.js';

/** Python modules whose package has another name. */
const PACKAGES: Readonly<Record<string, string>> = {
  bs4: 'beautifulsoup4',
  elftools: 'pyelftools',
  google: 'protobuf',
  libarchive: 'libarchive-c',
  yaml: 'pyyaml',
};

/** Debian packages of programs that only a part of the builds starts. */
const DEBIAN: Readonly<Record<string, string>> = {
  dtc: 'device-tree-compiler',
  protoc: 'protobuf-compiler',
  xmllint: 'libxml2-utils',
};

/** What the tools of a build say when they fail for a reason that we know. */
export const BUILD_FAILURES: readonly Failure[] = [
  {
    page: imageGone,
    pattern: /Makatea: (?:the guest image )?\S*\/(\w+) is (missing|not the image)/,
    tell: ([, id = '', what], about) => {
      const image = imageById(id, about);
      const how = what === 'missing' ? 'is no longer in' : 'has changed in';
      return {
        span: image?.span ?? atName(about),
        message: `the image ${JSON.stringify(image?.path ?? id)} ${how} the application while it was built`,
        hint: 'build again',
      };
    },
  },
  {
    page: imageTooLarge,
    pattern: /relocation truncated to fit/,
    tell: (_, about) => tooLarge('the images make the capability loader larger than 2 GiB', about),
  },
  {
    page: packageMissing,
    pattern: /ModuleNotFoundError: No module named '(\w+)/,
    tell: ([, module = ''], about) => ({
      span: atName(about),
      message: `python3 has no package ${PACKAGES[module] ?? module}, which the build of seL4 needs`,
      hint: `python3 -m pip install ${PACKAGES[module] ?? module}; all that it needs: python3 -m pip install camkes-deps`,
    }),
  },
  {
    page: toolMissing,
    pattern:
      /(?:make(?:\[\d+\])?: |sh: \d+: |line \d+: )([\w.+-]+): (?:No such file or directory|not found|command not found)/,
    tell: ([, program = ''], about) => ({
      span: atName(about),
      message: `the build starts ${program}, which is not here`,
      hint: hintFor(program),
    }),
  },
];

function hintFor(program: string): string {
  if (program === 'stack')
    return 'install Haskell\'s stack, or see "Without stack" in docs/on-sel4.md';
  return `on Debian: sudo apt-get install ${DEBIAN[program] ?? program}`;
}
