const KEPT_LINES = 12;

/** Last lines of output of PostgreSQL's programs: the reason when a program fails. */
export class ServerLog {
  private lines: string[] = [];

  readonly add = (output: string): void => {
    const written = output.split('\n').filter((line) => line.trim() !== '');
    this.lines = [...this.lines, ...written].slice(-KEPT_LINES);
  };

  includes(pattern: RegExp): boolean {
    return this.lines.some((line) => pattern.test(line));
  }

  /** Returns the error for a failed program, with its output as the reason. */
  failure(what: string, cause?: unknown): Error {
    const message = `${what}:\n${this.toString()}\nOr set DATABASE_URL to a PostgreSQL of your own`;
    return new Error(message, { cause });
  }

  toString(): string {
    return this.lines.join('\n');
  }
}
