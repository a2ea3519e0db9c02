import { shellLines, untypedColumns } from './shell-lines';
import type { TerminalSession, TerminalStep, TerminalTab } from './terminal-session';

/** Width of the terminal in characters. */
export const COLUMNS = 68;

/** Time from a prompt to the first key, in milliseconds. */
const IDLE_MS = 400;
/** Time to type a character of a short command, in milliseconds. */
const KEY_MS = 45;
/** Maximum time to type a command, in milliseconds. */
const COMMAND_MS = 1400;
/** Time from the end of a command to its output, in milliseconds. */
const RESPONSE_MS = 250;

/** Line of a tab. All times are in milliseconds from the start of the session. */
export interface TimedLine {
  readonly text: string;
  readonly shownAt: number;
  /** Time in which the line is typed; absent from output. */
  readonly typed?: { readonly column: number; readonly from: number; readonly to: number };
}

export interface TimedTab {
  readonly name: string;
  readonly from: number;
  readonly until: number;
  readonly lines: readonly TimedLine[];
}

export interface Timeline {
  readonly tabs: readonly TimedTab[];
  readonly duration: number;
}

/** Returns the time at which each line of a session appears. */
export function timelineOf({ tabs }: TerminalSession): Timeline {
  let now = 0;
  const timed = tabs.map((tab) => {
    const result = timedTab(tab, now);
    now = result.until;
    return result;
  });
  return { tabs: timed, duration: now };
}

/** Returns the lines of a tab as its terminal shows them in the end. */
export function linesOf(tab: TerminalTab): string[] {
  return timedTab(tab, 0).lines.map(({ text }) => text);
}

function timedTab({ name, steps, ends = true }: TerminalTab, from: number): TimedTab {
  const lines: TimedLine[] = [];
  let now = from;
  for (const step of steps) {
    if (lines.length > 0) lines.push({ text: '', shownAt: now });
    const timed = timedStep(step, now);
    lines.push(...timed.lines);
    now = timed.end;
    if (step !== steps.at(-1)) now += step.pause;
  }
  if (ends) {
    lines.push({ text: '', shownAt: now }, { text: '$ ', shownAt: now });
  }
  return { name, from, until: now + (steps.at(-1)?.pause ?? 0), lines };
}

function timedStep(step: TerminalStep, start: number): { lines: TimedLine[]; end: number } {
  const { comment, command, output, lineInterval = 0 } = step;
  const lines: TimedLine[] = [];
  if (comment !== undefined) lines.push({ text: `# ${comment}`, shownAt: start });
  const key = Math.min(KEY_MS, COMMAND_MS / command.length);
  let now = start + IDLE_MS;
  for (const [i, text] of shellLines(command, COLUMNS).entries()) {
    const column = untypedColumns(text);
    const to = now + (text.length - column) * key;
    lines.push({ text, shownAt: i === 0 ? start : now, typed: { column, from: now, to } });
    now = to;
  }
  now += RESPONSE_MS;
  for (const [i, text] of output.entries()) {
    if (i > 0) now += lineInterval;
    lines.push({ text, shownAt: now });
  }
  return { lines, end: now };
}
