import type { Prose } from './prose';

/** Returns the comments of a file in which they start with `#`: YAML, shell, nginx, Redis, Dockerfile. */
export function hashCommentProse(source: string): Prose[] {
  const found: { line: number; text: string }[] = [];
  let isNew = true;
  for (const [at, raw] of source.split('\n').entries()) {
    const [, text] = /^\s*#(?!!)(.*)$/.exec(raw) ?? [];
    if (text === undefined || text.trim() === '') {
      isNew = true;
      continue;
    }
    const last = found.at(-1);
    if (isNew || last === undefined) found.push({ line: at + 1, text });
    else last.text += `\n${text}`;
    isNew = false;
  }
  return found;
}
