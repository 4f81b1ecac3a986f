// SPDX-License-Identifier: BSD-2-Clause
import { join } from 'node:path';

/** Where things stand in a project tree. All of ours is below two folders, which hold nothing of the user's. */
export interface Layout {
  /** The application: what `compose` writes. */
  readonly application: string;
  /** CMake's source folder. */
  readonly source: string;
  /** All that is built of one system. */
  readonly home: string;
  /** CMake's build folder. */
  readonly build: string;
  /** Says that the home is ours, and what was configured. */
  readonly stamp: string;
  readonly log: string;
  readonly kernel: string;
  readonly loader: string;
  readonly iso: string;
}

/** Names of x86-64's images, as the tree's own build gives them. */
const KERNEL = 'kernel-x86_64-pc99';
const LOADER = 'capdl-loader-image-x86_64-pc99';

export function layoutOf(workspace: string, system: string): Layout {
  const source = join(workspace, 'projects/camkes');
  const home = join(workspace, 'build-makatea', system);
  const build = join(home, 'cmake');
  return {
    application: join(source, 'apps', system),
    source,
    home,
    build,
    stamp: join(home, 'makatea.json'),
    log: join(home, 'build.log'),
    kernel: join(build, 'images', KERNEL),
    loader: join(build, 'images', LOADER),
    iso: join(home, 'system.iso'),
  };
}
