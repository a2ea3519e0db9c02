/** Rows of keys, the digits and the alphabet, with wrap-around: `890123`, `xyzabc`. */
const ROWS = [
  '0123456789',
  '1234567890',
  'abcdefghijklmnopqrstuvwxyz',
  // QWERTY
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  // QWERTZ
  'qwertzuiop',
  'yxcvbnm',
  // AZERTY
  'azertyuiop',
  'qsdfghjklm',
  'wxcvbn',
  // The columns of QWERTY and QWERTZ, each from top to bottom
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  '1qay2wsx3edc4rfv5tgb6zhn7ujm8ik9ol0p',
].map((row) => ({ length: row.length, at: new Map(Array.from(row, (key, at) => [key, at])) }));

/** Minimum length of a run, in keys: with a shorter minimum, `st` in `first` would be a run. */
export const SHORTEST_RUN = 3;

/**
 * Returns the length of the run that begins at `from`, in UTF-16 units: one key repeated, or keys along a
 * row, up or down. Any part of three or more keys is a run as well. Returns 0 without a run.
 */
export function runAt(text: string, from: number): number {
  let longest = sameFrom(text, from);
  for (const row of ROWS) {
    for (const step of [1, row.length - 1]) {
      let end = from + 1;
      while (end < text.length && isStep(row, text, end, step)) end += 1;
      longest = Math.max(longest, end - from);
    }
  }
  return longest < SHORTEST_RUN ? 0 : longest;
}

function isStep(row: (typeof ROWS)[number], text: string, at: number, step: number): boolean {
  const before = row.at.get(text.charAt(at - 1));
  const here = row.at.get(text.charAt(at));
  return before !== undefined && here !== undefined && (before + step) % row.length === here;
}

function sameFrom(text: string, from: number): number {
  let end = from + 1;
  while (end < text.length && text[end] === text[from]) end += 1;
  return end - from;
}
