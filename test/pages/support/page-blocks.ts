/** Code block of a page. */
export interface PageBlock {
  readonly language: string;
  readonly text: string;
}

/** File that a page asks its reader to write: a block whose first line names it. */
export interface ShownFile {
  readonly path: string;
  readonly text: string;
}

/** Command of a page. */
export interface ShownCommand {
  readonly command: string;
  /** Lines of the output that the page shows; `…` stands for any text. */
  readonly output: readonly string[];
}

/** Returns the code blocks of a page, in its order. */
export function blocksOf(page: string): PageBlock[] {
  return [...page.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}

/** Returns the file of a block, or `null` for an excerpt without a path. */
export function fileOf({ text }: PageBlock): ShownFile | null {
  const [, path, content = ''] = /^\/\/ ((?:[\w.-]+\/)+[\w.-]+)\n([^]*)$/.exec(text) ?? [];
  return path === undefined ? null : { path, text: content };
}

/**
 * Returns the commands of a block `sh` or `console`. In `sh`, each line is a command. In `console`, commands
 * follow `$ `, and their output is below them.
 */
export function commandsOf({ language, text }: PageBlock): ShownCommand[] {
  if (language === 'sh') {
    const lines = text.trimEnd().split('\n');
    return lines.map((command) => ({ command, output: [] }));
  }
  if (language !== 'console') return [];
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((call) => {
      const [command = '', ...output] = call.trimEnd().split('\n');
      return { command, output: output.filter((line) => line !== '') };
    });
}

/** Whether an output contains the shown lines, each with any text in place of `…`. */
export function isShownBy(lines: readonly string[], shown: readonly string[]): boolean {
  return shown.every((line) => {
    const parts = line.split('…').map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'));
    const pattern = new RegExp(`^${parts.join('.*')}$`);
    return lines.some((it) => pattern.test(it.trimEnd()));
  });
}
