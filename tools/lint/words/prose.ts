/** Connected text of a file: a comment, a message or a paragraph, with its line breaks. */
export interface Prose {
  /** Number of the first line, from 1. */
  readonly line: number;
  readonly text: string;
}

/** A sentence and the line on which it starts. */
export interface Sentence {
  readonly line: number;
  readonly text: string;
}

/** Ends of sentences: a mark, then a space. A colon or a semicolon also separates two thoughts. */
const BETWEEN_SENTENCES = /(?<=[.!?:;]["')\]”]?)\s+/g;

/** Replaces code by a word, so that identifiers are never read as prose. */
function withoutCode(text: string): string {
  return text
    .replace(/`[^`]*`|\{@link[^}]*\}/g, (code) => `CODE${code.replace(/[^\n]/g, '')}`)
    .replace(/https?:\/\/\S+/g, 'CODE');
}

/** Splits prose into sentences. Each has single spaces in place of line breaks. */
export function sentencesOf({ line, text }: Prose): Sentence[] {
  const plain = withoutCode(text);
  const starts = [
    0,
    ...[...plain.matchAll(BETWEEN_SENTENCES)].map((it) => it.index + it[0].length),
  ];
  return starts.flatMap((start, at) => {
    const raw = plain.slice(start, starts[at + 1]);
    const sentence = raw.trim().replace(/\s+/g, ' ');
    const before = plain.slice(0, start + raw.length - raw.trimStart().length);
    return sentence === '' ? [] : [{ line: line + countLines(before), text: sentence }];
  });
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}
