/** Replacement of a range of a text. */
export interface TextEdit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Applies edits that do not overlap. Edits at the same position apply in the order of the list. */
export function withEdits(text: string, edits: readonly TextEdit[]): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  let edited = '';
  let position = 0;
  for (const edit of edits.toSorted((a, b) => a.from - b.from)) {
    edited += text.slice(position, edit.from) + edit.text.replaceAll('\n', newline);
    position = edit.to;
  }
  return edited + text.slice(position);
}

/** Indentation of the line with this position. */
export function indentationAt(text: string, position: number): string {
  const line = text.slice(text.lastIndexOf('\n', position - 1) + 1);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

/** Indentation of one level: the first of the file, else two spaces. */
export function indentationUnit(text: string): string {
  return /^(\t| {2,8})(?=[^\s*])/m.exec(text)?.[1] ?? '  ';
}
