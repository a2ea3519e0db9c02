import { dictionary } from '@zxcvbn-ts/language-common';

/** Minimum length of a common password: shorter passwords are parts of too many words. */
const MIN_LENGTH = 4;

interface CommonPasswords {
  readonly all: ReadonlySet<string>;
  readonly longest: number;
}

let loaded: CommonPasswords | undefined;

/** Loads some 49,000 of the most frequent passwords of leaks, in lower case. Called at the first use. */
function load(): CommonPasswords {
  const all = new Set(dictionary['passwords-common'].filter(({ length }) => length >= MIN_LENGTH));
  const longest = Math.max(...Array.from(all, ({ length }) => length));
  return { all, longest };
}

/**
 * Returns the lengths of the common passwords of four or more characters that begin at `from`, in UTF-16
 * units.
 */
export function commonPasswordsAt(text: string, from: number): number[] {
  loaded ??= load();
  const { all, longest } = loaded;
  const lengths: number[] = [];
  for (let length = MIN_LENGTH; length <= Math.min(longest, text.length - from); length += 1) {
    if (all.has(text.slice(from, from + length))) lengths.push(length);
  }
  return lengths;
}
