import { colouredRuns } from './line-colours';
import type { Keyframe, Motion } from './motion';
import { escapeXml, leftOf, LINE_HEIGHT, ROWS, topOf, WIDTH, widthOf } from './picture-layout';
import type { TimedLine, TimedTab } from './terminal-timeline';

/** Distance from the upper edge of a line to its base line, in pixels. */
const BASE_LINE = 18;

/** Time in which the terminal scrolls, in milliseconds. */
const SCROLL_MS = 160;
/** Time in which a typed line loses its cursor, in milliseconds: shorter than a frame. */
const INSTANT_MS = 5;

/** Draws the lines of a tab, which appear and scroll. */
export function pictureScreen({ lines }: TimedTab, motion: Motion): string {
  const [frames, end] = scrolling(lines);
  const scroll = frames.length > 0 ? ` class="${motion.add(frames, 'ease-out')}"` : '';
  return [
    `<g${scroll} style="transform:${translation(end)}">`,
    ...lines.map((line, row) => drawnLine(line, row, motion)),
    '</g>',
  ].join('\n');
}

function drawnLine(line: TimedLine, row: number, motion: Motion): string {
  if (line.text === '') return '<g class="line"/>';
  const y = topOf(row) + BASE_LINE;
  const texts = colouredRuns(line.text).map(({ text, column, colour }) => {
    const style = colour === undefined ? '' : ` class="${colour}"`;
    return `<text x="${leftOf(column)}" y="${y}" textLength="${widthOf(text.length)}"${style}>${escapeXml(text)}</text>`;
  });
  const shown = motion.show(line.shownAt);
  const cursor = line.text === '$ ' ? waitingCursor(row, shown) : typingCursor(line, row, motion);
  return `<g class="line ${shown}">${texts.join('')}</g>${cursor}`;
}

/** Draws a cursor in front of a cover, which uncovers the line from left to right. */
function typingCursor({ text, shownAt, typed }: TimedLine, row: number, motion: Motion): string {
  if (typed === undefined) return '';
  const { column, from, to } = typed;
  const characters = text.length - column;
  const atEnd = `transform:${translation(0, widthOf(characters))}`;
  const typing = motion.add([
    [0, 'opacity:0;transform:none'],
    [shownAt, 'opacity:1;transform:none'],
    [from, `opacity:1;transform:none;animation-timing-function:steps(${characters})`],
    [to - INSTANT_MS, `opacity:1;${atEnd}`],
    [to, `opacity:0;${atEnd}`],
  ]);
  const x = leftOf(column);
  return (
    `<g class="off ${typing}"><rect class="paper" x="${x}" y="${topOf(row)}" width="${WIDTH}" height="${LINE_HEIGHT}"/>` +
    `${cursorAt(x, row)}</g>`
  );
}

function waitingCursor(row: number, shown: string): string {
  return `<g class="${shown}">${cursorAt(leftOf(2), row, 'cursor blinking')}</g>`;
}

function cursorAt(x: number, row: number, classes = 'cursor'): string {
  return `<rect class="${classes}" x="${x}" y="${topOf(row) + 2}" width="${widthOf(1)}" height="${LINE_HEIGHT - 4}"/>`;
}

/** Returns the keyframes of the scrolling, and the number of lines that are above the terminal in the end. */
function scrolling(lines: readonly TimedLine[]): [frames: Keyframe[], end: number] {
  const times = [...new Set(lines.map(({ shownAt }) => shownAt))];
  const frames: Keyframe[] = [];
  let above = 0;
  for (const [i, at] of times.entries()) {
    const shown = lines.filter(({ shownAt }) => shownAt <= at).length;
    const next = Math.max(0, shown - ROWS);
    if (next === above) continue;
    const end = Math.min(at + SCROLL_MS, times[i + 1] ?? Infinity);
    frames.push([at, `transform:${translation(above)}`], [end, `transform:${translation(next)}`]);
    above = next;
  }
  return [frames.length > 0 ? [[0, 'transform:none'], ...frames] : [], above];
}

function translation(linesUp: number, right = 0): string {
  return `translate(${right}px,${-linesUp * LINE_HEIGHT}px)`;
}
