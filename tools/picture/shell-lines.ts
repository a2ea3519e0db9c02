/** An option with its value, a quoted text, or a word. */
const PART = /-[A-Za-z] (?:'[^']*'|[^\s'-]\S*)|'[^']*'|\S+/g;

const INDENTATION = '    ';
const PROMPT = '$ ';
const CONTINUED = ' \\';

/**
 * Returns a command as lines behind a prompt. A shell reads the lines as the same command.
 *
 * @param columns width of the terminal in characters; a longer part keeps a line of its own
 */
export function shellLines(command: string, columns: number): string[] {
  const lines: string[] = [];
  let line = PROMPT;
  const parts = command.match(PART) ?? [];
  for (const [i, part] of parts.entries()) {
    const longer = i === 0 ? `${line}${part}` : `${line} ${part}`;
    const end = i === parts.length - 1 ? '' : CONTINUED;
    if (i === 0 || longer.length + end.length <= columns) {
      line = longer;
    } else {
      lines.push(`${line}${CONTINUED}`);
      line = `${INDENTATION}${part}`;
    }
  }
  return [...lines, line];
}

/** Returns the columns of a line of {@link shellLines} that a user does not type. */
export function untypedColumns(line: string): number {
  return (line.startsWith(PROMPT) ? PROMPT : INDENTATION).length;
}
