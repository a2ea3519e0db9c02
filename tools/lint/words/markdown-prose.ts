import type { Prose } from './prose';

/** Lines that end a paragraph: headings, list items, table rows and quotations stand alone. */
const STANDS_ALONE = /^\s*(?:#|[-*+] |\d+\. |\||>)/;

/** Returns the paragraphs, list items and table cells of a page, without its code blocks and headings. */
export function markdownProse(source: string): Prose[] {
  const found: { line: number; text: string }[] = [];
  let fence: string | null = null;
  let isNew = true;
  for (const [at, raw] of source.split('\n').entries()) {
    const [, mark = null] = /^\s*(```+|~~~+)/.exec(raw) ?? [];
    if (fence !== null) {
      if (mark?.startsWith(fence) === true) fence = null;
      isNew = true;
      continue;
    }
    if (mark !== null || raw.trim() === '' || /^\s*#/.test(raw) || /^\s*<!--/.test(raw)) {
      fence = mark;
      isNew = true;
      continue;
    }
    const text = visibleText(raw);
    const last = found.at(-1);
    if (raw.trimStart().startsWith('|')) {
      for (const cell of text.split('|')) found.push({ line: at + 1, text: cell });
      isNew = true;
    } else if (isNew || last === undefined || STANDS_ALONE.test(raw)) {
      found.push({ line: at + 1, text });
      isNew = false;
    } else last.text += `\n${text}`;
  }
  return found;
}

/**
 * Returns a line without markup: links by their text, without emphasis and list marks. A quotation in curly
 * quotes counts as code: the pages quote titles of tests, which are checked in the tests.
 */
function visibleText(line: string): string {
  return line
    .replace(/^\s*(?:[-*+]|\d+\.|>)\s+/, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/“[^”]*”/g, 'CODE')
    .replace(/\*\*|__/g, '');
}
