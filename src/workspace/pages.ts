// SPDX-License-Identifier: BSD-2-Clause
import type { Page } from '../diagnostics/page.js';
import { bootPages } from './boot-pages.js';
import { buildPages } from './build-pages.js';
import { kernelPages } from './kernel-pages.js';

/** The pages of what is found while a system is built with seL4, and while it boots. */
export const workspacePages: readonly Page[] = [...buildPages, ...bootPages, ...kernelPages];
