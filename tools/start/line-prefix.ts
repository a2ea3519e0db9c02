/** ANSI colours that are legible on light and dark backgrounds: cyan, magenta, yellow, green. */
const COLOURS = [36, 35, 33, 32];

/**
 * Marks each line of output with the name of its program, in columns of one width.
 *
 * @param names names of all programs that print
 * @param coloured whether the terminal shows colours and the user wants them
 */
export function linePrefix(
  names: readonly string[],
  coloured: boolean,
): (name: string, line: string) => string {
  const width = Math.max(...names.map(({ length }) => length));
  return (name, line) => {
    const prefix = `${name.padEnd(width)} |`;
    if (!coloured) return `${prefix} ${line}`;
    const colour = COLOURS[names.indexOf(name) % COLOURS.length] ?? 0;
    return `\u001b[${colour}m${prefix}\u001b[0m ${line}`;
  };
}
