// SPDX-License-Identifier: BSD-2-Clause
import pkg from '../../package.json' with { type: 'json' };
import { catalogue } from '../pipeline/catalogue.js';
import { renderGithub } from '../render/github.js';
import { renderJson } from '../render/json.js';
import { renderSarif } from '../render/sarif.js';
import type { Found } from './found.js';

/** Findings in a format that programs read. Files are named relative to the working directory. */
export function renderForPrograms(
  { diagnostics, accepted = [], sources }: Found,
  format: 'json' | 'sarif' | 'github',
): string {
  const folder = process.cwd();
  switch (format) {
    case 'json':
      return renderJson(diagnostics, sources, accepted);
    case 'sarif':
      return renderSarif(diagnostics, sources, {
        pages: catalogue,
        version: pkg.version,
        folder,
        accepted,
      });
    case 'github':
      return renderGithub(diagnostics, sources, folder);
  }
}
