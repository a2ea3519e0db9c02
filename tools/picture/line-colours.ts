/** Part of a line in one colour: a class of the picture's style sheet. */
export interface ColouredRun {
  readonly text: string;
  /** Column of the first character. */
  readonly column: number;
  readonly colour?: Colour;
}

export type Colour = 'prompt' | 'dim' | 'text' | 'good' | 'bad';

type Rule = readonly [pattern: RegExp, ...colours: (Colour | undefined)[]];

/** Patterns of a whole line, each with the colours of its groups. The first pattern that matches applies. */
const LINES: readonly Rule[] = [
  [/^(#.*)$/, 'dim'],
  [/^(\$ )(.*)$/, 'prompt', undefined],
  [/^(HTTP\/[\d.]+ )(2\d\d.*)$/, 'dim', 'good'],
  [/^(HTTP\/[\d.]+ )([45]\d\d.*)$/, 'dim', 'bad'],
  [/^(Everything is running\.)(.*)$/, 'good', undefined],
  [/^([\w-]+:)( .*)$/, 'dim', undefined],
];

/** Quoted text, and the text up to it. */
const QUOTED = /('[^']*')|'|[^']+/g;

/** Returns the runs of a line, from left to right. */
export function colouredRuns(line: string): ColouredRun[] {
  const runs: ColouredRun[] = [];
  let column = 0;
  const add = (text: string, colour?: Colour | '') => {
    // A table has gaps; text without them needs no rule about white space.
    for (const { 0: part, index } of text.matchAll(/\S+(?: \S+)*/g)) {
      runs.push({ text: part, column: column + index, ...(colour && { colour }) });
    }
    column += text.length;
  };
  const [groups, colours] = partsOf(line);
  for (const [i, group] of groups.entries()) {
    const colour = colours[i];
    if (colour !== undefined) add(group, colour);
    else for (const [text, quoted] of group.matchAll(QUOTED)) add(text, quoted && 'text');
  }
  return runs;
}

function partsOf(line: string): [groups: string[], colours: (Colour | undefined)[]] {
  for (const [pattern, ...colours] of LINES) {
    const match = pattern.exec(line);
    if (match) return [match.slice(1), colours];
  }
  return [[line], [undefined]];
}
