import { stripVTControlCharacters } from 'node:util';

/** Keeps the latest lines of a program's output, without colours, for an error message. */
export class LastLines {
  private readonly lines: string[] = [];

  /** @param limit number of lines to keep */
  constructor(private readonly limit = 40) {}

  push(line: string): void {
    this.lines.push(stripVTControlCharacters(line));
    if (this.lines.length > this.limit) this.lines.shift();
  }

  /** Returns the kept lines, oldest first, or a note that the program printed nothing. */
  toString(): string {
    return this.lines.length > 0 ? this.lines.join('\n') : '(it printed nothing)';
  }
}
