/**
 * Characters that JSON leaves unescaped, but that terminals, pagers and log processors interpret:
 * - the second half of the control characters (C1, which include another ESC-[)
 * - the line ends of Unicode, which some line readers honour
 * - the characters that change the direction of the text around them
 */
const UNPRINTABLE = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Control characters that JSON escapes by itself. */
// eslint-disable-next-line no-control-regex -- the pattern matches control characters
const CONTROL = /[\u0000-\u001f]/g;

/** Escapes such characters in JSON text. Its meaning stays the same: they only occur within strings. */
export function printable(json: string): string {
  return json.replace(UNPRINTABLE, escaped);
}

/** Escapes such characters and all control characters in text, so that it stays on one line. */
export function printableText(text: string): string {
  return printable(text).replace(CONTROL, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
