/**
 * What JSON leaves as it is and terminals, pagers and log processors take for more than a character: the
 * other half of the control characters (C1, among them another ESC-[), what Unicode and therefore some
 * readers of lines take for a line's end, and what turns the direction of the text around it.
 */
const UNPRINTABLE = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The same, and what JSON escapes by itself. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u001f]/g;

/** JSON text that means the same and shows nothing but itself: such characters are only within strings. */
export function printable(json: string): string {
  return json.replace(UNPRINTABLE, escaped);
}

/** Text that shows nothing but itself, on one line. */
export function printableText(text: string): string {
  return printable(text).replace(CONTROL, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
