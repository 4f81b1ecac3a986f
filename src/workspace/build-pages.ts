// SPDX-License-Identifier: BSD-2-Clause
import type { Page } from '../diagnostics/page.js';

/** What the tools print when all is well. */
const FINE = '[1/1] Generating images/capdl-loader-image-x86_64-pc99\n';

export const imageGone: Page = {
  kind: 'log',
  code: 'MK0701',
  severity: 'error',
  title: 'a guest image is not where the build looks for it',
  text: `The application in the project tree holds the guest images for which it was composed, and the build looks whether they are
still there and the same. Somebody has taken one away or changed it in the meantime. Build again: the application is then written anew.`,
  fails: `CMake Error at apps/small/CMakeLists.txt:15 (message):
  Makatea: the guest image
  /tree/projects/camkes/apps/small/images/img_0123456789ab
  is missing
`,
  passes: FINE,
};

export const packageMissing: Page = {
  kind: 'log',
  code: 'MK0705',
  severity: 'error',
  title: 'a Python package that the build of seL4 needs is missing',
  text: `seL4, CAMkES and capDL generate code by Python programs, which need packages that are not Python's own. The one that is missing is
named; the package \`camkes-deps\` brings all of them. Debian has most of them, too, but not \`aenum\`, \`plyplus\` and \`pyfdt\`. The
Python is that which \`python3\` starts: activate a virtual environment before the build if they are installed in one.`,
  fails: "ModuleNotFoundError: No module named 'plyplus'\n",
  passes: FINE,
};

export const toolMissing: Page = {
  kind: 'log',
  code: 'MK0710',
  severity: 'error',
  title: 'a program that the build of seL4 starts is missing',
  text: `The build starts a program that is not on this computer, or not in the search path. The message names it, and Debian's package
where there is one. \`stack\` builds the capDL translator, once for a tree; how to do without it is said in docs/on-sel4.md.`,
  fails: 'make: stack: No such file or directory\n',
  passes: FINE,
};

export const buildPages: readonly Page[] = [imageGone, packageMissing, toolMissing];
