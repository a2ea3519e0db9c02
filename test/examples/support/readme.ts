/** Command of a README, and lines of its output that the README shows. */
export interface ShownCall {
  readonly command: string;
  readonly output: readonly string[];
}

/** Returns the contents of the code blocks in a language. */
export function codeBlocks(markdown: string, language: string): string[] {
  const blocks = markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'));
  return [...blocks].map(([, text = '']) => text);
}

/** Returns the commands that a reader runs: the lines of the blocks `sh`. */
export function shownCommands(markdown: string): string[] {
  return codeBlocks(markdown, 'sh').flatMap((block) => block.trimEnd().split('\n'));
}

/** Returns the calls of the blocks `console`: each line after `$ `, with the lines up to the next call. */
export function shownCalls(markdown: string): ShownCall[] {
  return codeBlocks(markdown, 'console')
    .flatMap((block) => block.split(/^\$ /m).slice(1))
    .map((call) => {
      const [command = '', ...output] = call.trimEnd().split('\n');
      return { command, output };
    });
}
