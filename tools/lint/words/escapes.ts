/** Characters of a reason. Shorter ones explain nothing. */
const LEAST_REASON = 10;

/** Matches the comments `words-ok: reason`, for its own line and the next one, and `words-off: reason`, for the file. */
const ESCAPE = /(?:\/\/|\/\*|#|<!--)[ \t]*words-(ok|off):[ \t]*(.*?)[ \t]*(?:\*\/|-->)?$/;

/** An exception to the rules, written in a comment. */
interface Escape {
  readonly line: number;
  readonly isForFile: boolean;
  readonly hasReason: boolean;
}

/** Exceptions in one file. They remember whether they were of use. */
export class Escapes {
  private readonly all: readonly Escape[];
  private readonly used = new Set<Escape>();

  constructor(source: string) {
    this.all = source.split('\n').flatMap((text, at) => {
      const [, kind, reason = ''] = ESCAPE.exec(text) ?? [];
      if (kind === undefined) return [];
      return [
        { line: at + 1, isForFile: kind === 'off', hasReason: reason.length >= LEAST_REASON },
      ];
    });
  }

  /** Returns whether an exception covers a line. An exception without a reason covers nothing. */
  cover(line: number): boolean {
    const found = this.all.find(
      (it) => it.hasReason && (it.isForFile || it.line === line || it.line === line - 1),
    );
    if (found === undefined) return false;
    this.used.add(found);
    return true;
  }

  /** Returns the lines of exceptions that have no reason, or that cover no problem. */
  faults(): { line: number; advice: string }[] {
    // The rest of such a file is not checked: examples of exceptions may stand in it.
    if ([...this.used].some(({ isForFile }) => isForFile)) return [];
    return this.all
      .filter((it) => !this.used.has(it))
      .map(({ line, hasReason }) => ({
        line,
        advice: hasReason
          ? 'remove the exception: the text has no problem'
          : `give a reason of at least ${LEAST_REASON} characters after the colon`,
      }));
  }
}
