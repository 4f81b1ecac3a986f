// SPDX-License-Identifier: BSD-2-Clause
import type { Page } from '../diagnostics/page.js';
import { machinePages } from '../machine/pages.js';
import { modelPages } from '../model/pages.js';
import { planPages } from '../plan/pages.js';
import { acceptancePages } from '../rules/acceptance-pages.js';
import { checksMissing } from '../rules/unjudged.js';
import { rules } from '../rules/table.js';
import { schemaPages } from '../schema/pages.js';
import { sourcePages } from '../source/pages.js';
import { workspacePages } from '../workspace/pages.js';

/** The pages of all diagnostic codes, by code. */
export const catalogue: readonly Page[] = [
  ...sourcePages,
  ...schemaPages,
  ...modelPages,
  ...rules,
  ...acceptancePages,
  checksMissing,
  ...planPages,
  ...machinePages,
  ...workspacePages,
].sort((a, b) => (a.code < b.code ? -1 : 1));
