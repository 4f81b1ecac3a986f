// SPDX-License-Identifier: BSD-2-Clause
import { vi } from 'vitest';

/** What a command in this process writes, from now until the mocks are restored; nothing of it reaches the terminal. */
export function captureWritten(): { out: string; err: string } {
  const written = { out: '', err: '' };
  const into = (stream: 'out' | 'err') => (text: unknown) => {
    written[stream] += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(into('out'));
  vi.spyOn(process.stderr, 'write').mockImplementation(into('err'));
  return written;
}
