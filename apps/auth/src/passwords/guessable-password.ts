import { commonPasswordsAt } from './common-passwords';
import { runAt, SHORTEST_RUN } from './keyboard-runs';
import { MIN_PASSWORD_LENGTH } from './password-policy';

/** What this service is called, as its users may see it. */
const SERVICE_WORDS = ['nestsessions', 'nest', 'sessions', 'session'];

/** A shorter part of a username stands in too many words to be the name. */
const MIN_NAME_LENGTH = 3;

/** So many common passwords in a row, names among them, are no more than one is. */
const MAX_COMMON = 2;

/** So many beside the names of the user and of the service. */
const MAX_BESIDE_NAMES = 1;

/**
 * Whether a password that is long enough is among the first to be tried all the same: one unit again and
 * again, or nothing but a few common passwords, names and runs along the keyboard, in upper or lower case
 * and with anything between them that is no letter or digit. (NIST SP 800-63B-4, 3.1.1.2; OWASP ASVS 5.0,
 * 6.2.4 and 6.2.11.)
 *
 * Three common words together are no longer found that way, and phrases of ordinary words pass.
 *
 * @param password of at most 128 characters
 */
export function isGuessable(password: string, username: string): boolean {
  const text = folded(password);
  if (isRepetition(text)) return true;
  const letters = withoutSeparators(text);
  // Mostly punctuation is something else than words with punctuation between them.
  if (letters.length * 2 < text.length) return false;
  const names = namesOf(username);
  return (
    fewestParts(text, names, 1) <= MAX_COMMON || fewestParts(text, names, 0) <= MAX_BESIDE_NAMES
  );
}

/** Full-width and other forms of a character are that character, as they are to who guesses. */
function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

const SEPARATOR = /[^\p{L}\p{M}\p{N}]/u;

function withoutSeparators(text: string): string {
  return text.replace(new RegExp(SEPARATOR, 'gu'), '');
}

/** Of a unit so short that it could be no password itself; the last may be cut off. */
function isRepetition(text: string): boolean {
  const characters = Array.from(text);
  const longestUnit = Math.min(MIN_PASSWORD_LENGTH - 1, Math.floor(characters.length / 2));
  for (let unit = 1; unit <= longestUnit; unit += 1) {
    if (characters.every((it, at) => at < unit || it === characters[at - unit])) return true;
  }
  return false;
}

/** The username, the parts of an e-mail address or of a name with dots, and those of the service. */
function namesOf(username: string): string[] {
  const name = folded(username);
  const own = [name, ...name.split(SEPARATOR)].filter(({ length }) => length >= MIN_NAME_LENGTH);
  return [...own, ...SERVICE_WORDS];
}

/**
 * Of how few common passwords the text can be put together, with runs and separators for nothing.
 *
 * @param priceOfName What a name counts.
 * @returns Infinity when something is left over
 */
function fewestParts(text: string, names: readonly string[], priceOfName: number): number {
  /** For what is before each place. */
  const fewest = new Array<number>(text.length + 1).fill(Infinity);
  fewest[0] = 0;
  for (let from = 0; from < text.length; from += 1) {
    const before = fewest[from] ?? Infinity;
    if (before > MAX_COMMON) continue;
    const reach = (length: number, price: number) => {
      const end = from + length;
      fewest[end] = Math.min(fewest[end] ?? Infinity, before + price);
    };
    const character = String.fromCodePoint(text.codePointAt(from) ?? 0);
    if (SEPARATOR.test(character)) reach(character.length, 0);
    const run = runAt(text, from);
    for (let length = SHORTEST_RUN; length <= run; length += 1) reach(length, 0);
    for (const length of commonPasswordsAt(text, from)) reach(length, 1);
    for (const name of names) if (text.startsWith(name, from)) reach(name.length, priceOfName);
  }
  return fewest[text.length] ?? Infinity;
}
