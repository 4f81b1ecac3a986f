// SPDX-License-Identifier: BSD-2-Clause
import { join } from 'node:path';
import type { Assets } from '../emit/all.js';
import type { ImageTable } from '../facts/images.js';
import { isFault } from '../source/files.js';
import { PACKAGE } from '../util/package.js';

/** What a composition copies: the images as they were found, and the package's own C sources. */
export function assetsOf(images: ImageTable): Assets {
  return {
    image(path) {
      const facts = images.get(path);
      if (facts === undefined || isFault(facts)) throw new Error(`no image ${path}`);
      return facts.file;
    },
    code: (path) => join(PACKAGE, 'vmm-c', path),
  };
}
