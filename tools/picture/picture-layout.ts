import { COLUMNS } from './terminal-timeline';

/** Number of lines that the terminal shows at once. */
export const ROWS = 15;

/** Sizes in pixels. */
export const WIDTH = 800;
export const BAR_HEIGHT = 40;
export const LINE_HEIGHT = 25;
export const SCREEN_HEIGHT = ROWS * LINE_HEIGHT;
const PADDING = 12;
export const HEIGHT = BAR_HEIGHT + SCREEN_HEIGHT + 2 * PADDING;

/** Width of a character. A viewer's font is stretched to it. */
const CELL = 11.2;
const LEFT = (WIDTH - COLUMNS * CELL) / 2;

/** Returns the left edge of a column. */
export function leftOf(column: number): number {
  return rounded(LEFT + column * CELL);
}

/** Returns the column of a left edge. */
export function columnOf(left: number): number {
  return Math.round((left - LEFT) / CELL);
}

export function widthOf(characters: number): number {
  return rounded(characters * CELL);
}

/** Returns the upper edge of a line, before the terminal scrolls. */
export function topOf(row: number): number {
  return BAR_HEIGHT + PADDING + row * LINE_HEIGHT;
}

/** Returns the text with the characters of XML's syntax as entities. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Returns the text that {@link escapeXml} has escaped. */
export function unescapeXml(text: string): string {
  return text.replaceAll('&gt;', '>').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}

function rounded(pixels: number): number {
  return Number(pixels.toFixed(2));
}
