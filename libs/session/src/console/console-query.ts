import { BadRequestException } from '@nestjs/common';
import type { SessionFilter } from '../issuer/session-filter.js';
import type { SessionPosition } from '../store/session-position.js';
import { positionOfText } from './session-views.js';

/** Query of a request, as the adapters parse it: a text, or an array for a repeated name. */
export type Query = Readonly<Record<string, unknown>>;

/** Longest value of a filter, in characters. */
const LONGEST = 200;

/** Most entries of a page. */
const MOST_ENTRIES = 1_000;

const PAGE = ['limit', 'after'] as const;

const CONDITIONS = ['user', 'role', 'ip', 'signedInBefore', 'signedInAfter'] as const;

/** @throws BadRequestException naming the parameter and its expected value */
export function readPage(query: Query, others: readonly string[] = []): Page {
  refuseOthers(query, [...PAGE, ...others]);
  const limit = readLimit(query);
  const after = readText(query, 'after');
  if (after === undefined) return { ...(limit !== undefined && { limit }) };
  const position = positionOfText(after);
  if (position === null) throw new BadRequestException('after: give next of the previous page.');
  return { ...(limit !== undefined && { limit }), after: position };
}

interface Page {
  limit?: number;
  after?: SessionPosition;
}

/** @throws BadRequestException as {@link readPage} */
export function readFilteredPage(query: Query): Page & { filter: SessionFilter } {
  return { ...readPage(query, CONDITIONS), filter: filterIn(query) };
}

/**
 * Returns the filter of a call that ends sessions.
 *
 * @throws BadRequestException as {@link readPage}, and without a condition
 */
export function readFilter(query: Query): SessionFilter {
  refuseOthers(query, CONDITIONS);
  const filter = filterIn(query);
  if (Object.keys(filter).length > 0) return filter;
  throw new BadRequestException(`Give at least one condition: ${CONDITIONS.join(', ')}.`);
}

/** @throws BadRequestException as {@link readPage} */
export function readHistoryPage(query: Query): { limit: number; before?: string } {
  refuseOthers(query, ['limit', 'before']);
  const before = readText(query, 'before');
  return { limit: readLimit(query) ?? 100, ...(before !== undefined && { before }) };
}

function filterIn(query: Query): SessionFilter {
  const [user, role, ip] = [
    readText(query, 'user'),
    readText(query, 'role'),
    readText(query, 'ip'),
  ];
  const [before, after] = [readTime(query, 'signedInBefore'), readTime(query, 'signedInAfter')];
  return {
    ...(user !== undefined && { userId: user }),
    ...(role !== undefined && { role }),
    ...(ip !== undefined && { ip }),
    ...(before !== undefined && { signedInBefore: before }),
    ...(after !== undefined && { signedInAfter: after }),
  };
}

function refuseOthers(query: Query, known: readonly string[]): void {
  for (const name of Object.keys(query)) {
    if (known.includes(name)) continue;
    throw new BadRequestException(`There is no parameter '${name}'. Use ${known.join(', ')}.`);
  }
}

function readText(query: Query, name: string): string | undefined {
  const value = query[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '' && value.length <= LONGEST) return value;
  throw new BadRequestException(`${name}: give one text of 1 to ${LONGEST} characters.`);
}

function readTime(query: Query, name: string): number | undefined {
  const text = readText(query, name);
  if (text === undefined) return undefined;
  const time = RFC_3339.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(time)) return time;
  throw new BadRequestException(`${name}: give a time such as '2026-01-31T12:00:00Z'.`);
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

function readLimit(query: Query): number | undefined {
  const text = readText(query, 'limit');
  if (text === undefined) return undefined;
  const limit = Number(text);
  if (/^\d{1,4}$/.test(text) && limit >= 1 && limit <= MOST_ENTRIES) return limit;
  throw new BadRequestException(`limit: give a whole number from 1 to ${MOST_ENTRIES}.`);
}
