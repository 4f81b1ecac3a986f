// SPDX-License-Identifier: BSD-2-Clause
import { isAbsolute, relative, resolve } from 'node:path';

/** A file's name without the way that the caller took to it: relative to a folder when it lies in there. */
export function relativeName(name: string, folder: string): string {
  const full = resolve(folder, name);
  const within = relative(folder, full);
  return within === '' || isAbsolute(within) || /^\.\.(?:[/\\]|$)/.test(within) ? full : within;
}

/** The URI of a file: relative to a folder when it lies in there, as code scanning wants it, else absolute. */
export function fileUri(name: string, folder: string): string {
  const path = relativeName(name, folder).replaceAll('\\', '/').toWellFormed();
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  if (!isAbsolute(path)) return encoded;
  return `file://${path.startsWith('/') ? '' : '/'}${encoded}`;
}
