// SPDX-License-Identifier: BSD-2-Clause
import { distance } from 'fastest-levenshtein';

/** Whether two neighbouring letters changed places: one slip, though two edits. */
function isSwap(word: string, candidate: string): boolean {
  if (word.length !== candidate.length) return false;
  const at = Array.from(word).findIndex((letter, index) => letter !== candidate[index]);
  const swapped = `${word.slice(0, at)}${word[at + 1] ?? ''}${word[at] ?? ''}${word.slice(at + 2)}`;
  return at >= 0 && swapped === candidate;
}

/** The candidate that a misspelt word most likely means, or nothing when none is near. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  // A third of the letters may be wrong: "memroy" finds memory, "disk" does not find links.
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const d = isSwap(word, candidate) ? 1 : distance(word.toLowerCase(), candidate.toLowerCase());
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}

/** How many slips lie between two words, apart from case; letters that changed places are one. */
function slips(word: string, candidate: string): number {
  return isSwap(word, candidate) ? 1 : distance(word.toLowerCase(), candidate.toLowerCase());
}

const digits = (word: string): string => word.replace(/[^0-9]/g, '');

/**
 * The one candidate that a misspelt word can mean, so surely that a program may write it; nothing in all other cases.
 * That is: other in case alone; or one slip away, in words of eight letters and more two, with no other candidate within
 * one slip more, and with the same digits, since `web2` is another name than `web1` and no slip.
 */
export function surely(word: string, candidates: readonly string[]): string | undefined {
  const same = candidates.filter((c) => c.toLowerCase() === word.toLowerCase());
  if (same.length > 0) return same.length === 1 ? same[0] : undefined;
  const ranked = [...new Set(candidates)]
    .map((candidate) => ({ candidate, slips: slips(word, candidate) }))
    .sort((a, b) => a.slips - b.slips);
  const [best, next] = ranked;
  if (best === undefined || word.length < 3) return undefined;
  if (best.slips > (word.length >= 8 ? 2 : 1)) return undefined;
  if (next !== undefined && next.slips <= best.slips + 1) return undefined;
  return digits(word) === digits(best.candidate) ? best.candidate : undefined;
}

/** A list for people: `a, b or c`. */
function oneOf(words: readonly string[]): string {
  if (words.length <= 1) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

/** "did you mean x?", or else what there is to choose from, when that is short enough to read. */
export function choiceHint(word: string, candidates: readonly string[], none: string): string {
  const near = suggest(word, candidates);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (candidates.length === 0) return none;
  if (candidates.length <= 12) return `there is ${oneOf(candidates)}`;
  return `there are ${String(candidates.length)}, among them ${oneOf(candidates.slice(0, 8))}`;
}
