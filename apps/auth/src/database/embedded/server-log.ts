const KEPT_LINES = 12;

/** The last lines that PostgreSQL's programs wrote: the reason when one of them fails. */
export class ServerLog {
  private lines: string[] = [];

  readonly add = (output: string): void => {
    const written = output.split('\n').filter((line) => line.trim() !== '');
    this.lines = [...this.lines, ...written].slice(-KEPT_LINES);
  };

  includes(pattern: RegExp): boolean {
    return this.lines.some((line) => pattern.test(line));
  }

  /** The error for a program that failed and left its reason here. */
  failure(what: string, cause?: unknown): Error {
    const message = `${what}:\n${this.toString()}\nOr set DATABASE_URL to a PostgreSQL of your own`;
    return new Error(message, { cause });
  }

  toString(): string {
    return this.lines.join('\n');
  }
}
