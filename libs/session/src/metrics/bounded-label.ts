/** Value that stands for all values beyond the limit. */
export const OTHER = 'other';

/** Maximum number of values of one label. Each value is a time series, which the scraper stores. */
const MOST_VALUES = 50;

/** Longest value of a label, in characters. Ids of sessions have 43. */
const LONGEST = 40;

/** Words only: an identifier of a user or a session, a path or an address must never become a label. */
const WORD = /^[A-Za-z][A-Za-z0-9_.-]*$/;

/** Longest run of letters and digits in a word. Ids are longer. */
const LONGEST_RUN = 24;

/**
 * Bounds the values of a label, for values that an application chooses, such as the reason of a revocation.
 */
export class BoundedLabel {
  readonly #known = new Set<string>();

  /** @param reserved Values that count in any case, whatever came before. */
  constructor(
    private readonly most = MOST_VALUES,
    private readonly reserved: ReadonlySet<string> = new Set(),
  ) {}

  /** Returns the value, or `other` for a value that is no word or one too many. `none` stands for `null`. */
  of(value: string | null | undefined): string {
    if (value === null || value === undefined) return 'none';
    if (this.#known.has(value) || this.reserved.has(value)) return value;
    if (this.#known.size >= this.most || !isWord(value)) return OTHER;
    this.#known.add(value);
    return value;
  }
}

function isWord(value: string): boolean {
  if (value.length > LONGEST || !WORD.test(value)) return false;
  return value.split(/[_.-]/).every((run) => run.length <= LONGEST_RUN && !/\d{4}/.test(run));
}
