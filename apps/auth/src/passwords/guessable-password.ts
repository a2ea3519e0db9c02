import { commonPasswordsAt } from './common-passwords';
import { runAt, SHORTEST_RUN } from './keyboard-runs';
import { MIN_PASSWORD_LENGTH } from './password-policy';

/** Names of this service that its users may see. */
const SERVICE_WORDS = ['nestsessions', 'nest', 'sessions', 'session'];

/** Minimum length of a part of a username: shorter parts occur in too many words. */
const MIN_NAME_LENGTH = 3;

/** A password of up to this many common passwords and names is as weak as a single common password. */
const MAX_COMMON = 2;

/**
 * Maximum number of common passwords in a guessable password that also contains the user's or service's
 * names.
 */
const MAX_BESIDE_NAMES = 1;

/**
 * Returns whether a password of sufficient length is still among the first guesses. Such a password repeats
 * one unit, or consists of only a few common passwords, names and runs along the keyboard. Upper or lower
 * case makes no difference, and any characters but letters and digits may stand between the parts. (NIST SP
 * 800-63B-4, 3.1.1.2; OWASP ASVS 5.0, 6.2.4 and 6.2.11.)
 *
 * Three common words together are no longer among the first guesses, and phrases of ordinary words pass.
 *
 * @param password of at most 128 characters
 */
export function isGuessable(password: string, username: string): boolean {
  const text = folded(password);
  if (isRepetition(text)) return true;
  const letters = withoutSeparators(text);
  // A text of mostly punctuation differs from words with punctuation between them.
  if (letters.length * 2 < text.length) return false;
  const names = namesOf(username);
  return (
    fewestParts(text, names, 1) <= MAX_COMMON || fewestParts(text, names, 0) <= MAX_BESIDE_NAMES
  );
}

/**
 * Maps full-width and other forms of a character to the character, and upper case to lower case, as attackers
 * do.
 */
function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

const SEPARATOR = /[^\p{L}\p{M}\p{N}]/u;

function withoutSeparators(text: string): string {
  return text.replace(new RegExp(SEPARATOR, 'gu'), '');
}

/**
 * Returns whether the text repeats a unit too short to be a password itself; the last unit may be cut off.
 */
function isRepetition(text: string): boolean {
  const characters = Array.from(text);
  const longestUnit = Math.min(MIN_PASSWORD_LENGTH - 1, Math.floor(characters.length / 2));
  for (let unit = 1; unit <= longestUnit; unit += 1) {
    if (characters.every((it, at) => at < unit || it === characters[at - unit])) return true;
  }
  return false;
}

/**
 * Returns the username, its parts (of an e-mail address or a name with dots), and the names of the service.
 */
function namesOf(username: string): string[] {
  const name = folded(username);
  const own = [name, ...name.split(SEPARATOR)].filter(({ length }) => length >= MIN_NAME_LENGTH);
  return [...own, ...SERVICE_WORDS];
}

/**
 * Returns the fewest common passwords that make up the text. Runs and separators are free.
 *
 * @param priceOfName Cost of a name, in common passwords.
 * @returns Infinity when something is left over
 */
function fewestParts(text: string, names: readonly string[], priceOfName: number): number {
  /** Result for the text before each index. */
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
