// SPDX-License-Identifier: BSD-2-Clause

/** Text without what XML, a terminal or a line-based format can not hold. */
export function printable(text: string): string {
  const bad =
    // eslint-disable-next-line no-control-regex -- these are what must not get through
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]/g;
  return text.toWellFormed().replace(bad, '\ufffd');
}
