import { stripVTControlCharacters } from 'node:util';

/**
 * Keeps the newest lines of a program's output, without colours, for the error that may have to
 * show them.
 */
export class LastLines {
  private readonly lines: string[] = [];

  /** @param limit how many lines are kept */
  constructor(private readonly limit = 40) {}

  push(line: string): void {
    this.lines.push(stripVTControlCharacters(line));
    if (this.lines.length > this.limit) this.lines.shift();
  }

  /** The kept lines, oldest first, or a sentence that says that there were none. */
  toString(): string {
    return this.lines.length > 0 ? this.lines.join('\n') : '(it printed nothing)';
  }
}
