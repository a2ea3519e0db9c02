import type ts from 'typescript';
import { indentationAt, indentationUnit, type TextEdit } from './text-edit.js';

/**
 * Appends an item to an array literal or to the properties of an object literal, in the layout of its
 * neighbours. Comments stay in place.
 *
 * @param item Text of the item, without a comma. Its lines are indented relative to its first line.
 */
export function appendItem(
  text: string,
  items: ts.NodeArray<ts.Node>,
  close: number,
  item: string,
): TextEdit[] {
  const unit = indentationUnit(text);
  const last = items.at(-1);
  const outer = indentationAt(text, items.pos);
  const inner = `\n${outer}${unit}`;
  const tail = text.slice(items.end, close);
  /** Position after the last item, its comma and the comments that follow it. */
  const end = items.end + tail.trimEnd().length;
  const comma: TextEdit[] =
    last && !items.hasTrailingComma ? [{ from: last.end, to: last.end, text: ',' }] : [];

  if (!last || !text.slice(items.pos, close).includes('\n')) {
    return [
      ...items.map(({ pos }) => ({ from: pos, to: pos + blanksAt(text, pos), text: inner })),
      ...comma,
      { from: end, to: close, text: `${inner}${onLines(item, inner)},\n${outer}` },
    ];
  }
  if (text.slice(last.pos, last.getStart()).includes('\n')) {
    const line = `\n${indentationAt(text, last.getStart())}`;
    const trailing = items.hasTrailingComma ? ',' : '';
    return [...comma, { from: end, to: end, text: line + onLines(item, line) + trailing }];
  }
  // The last item begins on the line of another: `[A.forRoot({ … spread over lines … })]`.
  const line = `\n${indentationAt(text, last.end)}`;
  const trailing = items.hasTrailingComma ? ',' : '';
  return [...comma, { from: items.end, to: items.end, text: ` ${onLines(item, line)}${trailing}` }];
}

function onLines(item: string, newline: string): string {
  return item.replaceAll('\n', newline);
}

function blanksAt(text: string, position: number): number {
  return /^[ \t]*/.exec(text.slice(position))?.[0].length ?? 0;
}
