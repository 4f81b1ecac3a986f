// SPDX-License-Identifier: BSD-2-Clause
import type { Span } from '../diagnostics/diagnostic.js';

export interface Part {
  readonly what: string;
  readonly span: Span;
}
