import { dictionary } from '@zxcvbn-ts/language-common';

/** Shorter ones are parts of too many words to say anything. */
const MIN_LENGTH = 4;

interface CommonPasswords {
  readonly all: ReadonlySet<string>;
  readonly longest: number;
}

let loaded: CommonPasswords | undefined;

/** Some 49,000 of the most frequent passwords of leaks, in lower case; looked up from the first use on. */
function load(): CommonPasswords {
  const all = new Set(dictionary['passwords-common'].filter(({ length }) => length >= MIN_LENGTH));
  const longest = Math.max(...Array.from(all, ({ length }) => length));
  return { all, longest };
}

/** The lengths, in UTF-16 units, of the common passwords of four characters or more that begin here. */
export function commonPasswordsAt(text: string, from: number): number[] {
  loaded ??= load();
  const { all, longest } = loaded;
  const lengths: number[] = [];
  for (let length = MIN_LENGTH; length <= Math.min(longest, text.length - from); length += 1) {
    if (all.has(text.slice(from, from + length))) lengths.push(length);
  }
  return lengths;
}
