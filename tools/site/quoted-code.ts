/** Code block of a page that quotes a file, or a region of it. */
export interface Quotation {
  /** File from the root of the repository, with slashes. */
  readonly file: string;
  /** Name of the region, `undefined` for the whole file. */
  readonly region: string | undefined;
  /** Code as the page shows it. */
  readonly shown: string;
}

/** Returns the text of a file from the root of the repository. */
export type ReadSource = (file: string) => string;

/** Quotation on a page: a line such as `<!-- code: test/recipes/cors.ts#page -->` above a code block. */
export const QUOTATION = /^<!-- code: ([\w./-]+)(?:#([\w-]+))? -->\n\n?```(\w+)\n([^]*?)^```$/gm;

const REGION_LINE = /^[ \t]*\/\/ ?#(?:end)?region\b.*\n?/gm;

/** Returns the quotations of a page. */
export function quotationsIn(page: string): Quotation[] {
  return [...page.matchAll(QUOTATION)].map(([, file = '', region, , shown = '']) => ({
    file,
    region,
    shown,
  }));
}

/** Returns a page with every quotation as it is in the source now. */
export function withCurrentCode(page: string, read: ReadSource): string {
  return page.replaceAll(
    QUOTATION,
    (text, file: string, region: string | undefined, language: string, shown: string) =>
      text.replace(
        `\`\`\`${language}\n${shown}`,
        () => `\`\`\`${language}\n${quotedCode(read(file), region, file)}`,
      ),
  );
}

/** Whether a page shows the code as it is in the source now. Only the line breaks may differ. */
export function isCurrent({ file, region, shown }: Quotation, read: ReadSource): boolean {
  return withoutForm(shown) === withoutForm(quotedCode(read(file), region, file));
}

/**
 * Returns the region of a source, between the lines `// #region name` and `// #endregion name`, without its
 * indentation.
 *
 * @throws Error when the source has no such region
 */
export function quotedCode(source: string, region: string | undefined, file: string): string {
  const code = region === undefined ? source : regionOf(source, region);
  if (code === undefined) {
    throw new Error(
      `${file} has no region "${region}". Add the lines \`// #region ${region}\` and \`// #endregion ${region}\`.`,
    );
  }
  return withoutIndentation(`${code.replaceAll(REGION_LINE, '').trim()}\n`, code);
}

function regionOf(source: string, region: string): string | undefined {
  const lines = source.split('\n');
  const indexOf = (mark: string) =>
    lines.findIndex((line) => new RegExp(`^\\s*// ?#${mark} ${region}$`).test(line));
  const [start, end] = [indexOf('region'), indexOf('endregion')];
  return start < 0 || end < start ? undefined : lines.slice(start + 1, end).join('\n');
}

/** Removes the indentation that all lines of the untrimmed code share. */
function withoutIndentation(code: string, untrimmed: string): string {
  const indentations = [...untrimmed.matchAll(/^( *)\S/gm)].map(([, spaces = '']) => spaces.length);
  const shared = Math.min(...indentations);
  return code.replaceAll(new RegExp(`^ {${shared}}`, 'gm'), '');
}

/** Returns code without what a formatter changes where a line gets another width. */
function withoutForm(code: string): string {
  return code.replaceAll(/\s+/g, '').replaceAll(/,(?=[)\]}>])/g, '');
}
