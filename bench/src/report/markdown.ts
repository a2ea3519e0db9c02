import type { Goal, SuiteResult, Table } from '../suite';
import type { MachineFacts } from './machine-facts';

export function factsLine({ cpu, cores, node, redis, date, commit }: MachineFacts): string {
  return `${cpu}, ${cores} cores, Node ${node}, Redis ${redis}, ${date.slice(0, 10)}, commit ${commit}`;
}

/** Formats a suite's tables, goals and notes as Markdown for the documentation. */
export function toMarkdown(title: string, { tables, goals, notes }: SuiteResult): string {
  return [
    `## ${title}`,
    ...tables.map(tableMarkdown),
    ...(goals.length === 0 ? [] : [tableMarkdown(goalTable(goals))]),
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${note}`).join('\n')]),
  ].join('\n\n');
}

function goalTable(goals: readonly Goal[]): Table {
  return {
    title: 'Goals',
    columns: ['', 'goal', 'target', 'measured'],
    rows: goals.map(({ isMet, what, target, measured }) => [
      isMet ? 'met' : '**MISSED**',
      what,
      target,
      measured,
    ]),
  };
}

/** Pads the columns in the way of Prettier. */
function tableMarkdown({ title, columns, rows }: Table): string {
  const cells = [columns, ...rows].map((row) => row.map(cellText));
  const widths = columns.map((_, at) => Math.max(3, ...cells.map((row) => row[at]?.length ?? 0)));
  const isNumber = columns.map((_, at) => rows.every((row) => typeof row[at] === 'number'));
  const line = (row: readonly string[]) => {
    const padded = widths.map((width, at) => {
      const text = row[at] ?? '';
      return isNumber[at] ? text.padStart(width) : text.padEnd(width);
    });
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, at) =>
    isNumber[at] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  const [head = [], ...body] = cells;
  return [`### ${title}`, '', line(head), line(rule), ...body.map(line)].join('\n');
}

function cellText(value: string | number): string {
  return typeof value === 'number' ? value.toLocaleString('en-US') : value;
}
