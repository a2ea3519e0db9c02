import { percentile } from '../measure/percentile';
import { grouped } from '../measure/grouped';
import { atMost } from '../measure/ratio-goal';
import { rounded } from '../measure/rounded';
import type { Goal, SuiteResult } from '../suite';
import { type Load, MODERATE_PER_SECOND } from './loads';

/** Figures under one kind of load. */
export interface ConditionFigures {
  readonly load: Load;
  /** Milliseconds from the return of the call to a service's refusal; 0 for an earlier refusal. */
  readonly delays: number[];
  /** The same, from the start of the call. */
  readonly sinceBegin: number[];
  /** Revocations that a service missed. Each counts above with the whole waiting time. */
  lost: number;
  /** Number of revocations. */
  revocations: number;
  /** Sessions that Redis still held after the call. */
  direct: number;
  /** Authorized requests per second meanwhile. */
  perSecond?: number;
}

/** Limit of the p99 delay in milliseconds. */
const MOST: Readonly<Partial<Record<Load, number>>> = { moderate: 5, saturated: 50 };

export function revocationReport(figures: readonly ConditionFigures[]): SuiteResult {
  const lost = figures.reduce((sum, it) => sum + it.lost, 0);
  const direct = figures.reduce((sum, it) => sum + it.direct, 0);
  const revocations = figures.reduce((sum, it) => sum + it.revocations, 0);
  const refusals = figures.reduce((sum, it) => sum + it.delays.length, 0);
  return {
    tables: [
      {
        title: 'Until a near-cache refuses a revoked session, ms after the call returned',
        columns: [
          'services are',
          'requests/s',
          'refusals',
          'p50',
          'p99',
          'max',
          'p50 from its start',
          'p99 from its start',
          'lost',
        ],
        rows: figures.map(({ load, perSecond = 0, delays, sinceBegin, lost: missing }) => [
          load,
          Math.round(perSecond),
          delays.length,
          ...[50, 99, 100].map((percent) => rounded(percentile(delays, percent), 2)),
          ...[50, 99].map((percent) => rounded(percentile(sinceBegin, percent), 2)),
          missing,
        ]),
      },
    ],
    goals: [
      ...figures.flatMap(timeGoals),
      {
        what: 'revocations that a near-cache misses',
        target: 'none',
        measured: `${lost} of ${grouped(refusals)}`,
        isMet: lost === 0,
      },
      {
        what: 'revoked sessions that the direct path still finds once the call has returned',
        target: 'none',
        measured: `${direct} of ${grouped(revocations)}`,
        isMet: direct === 0,
      },
    ],
    notes: [
      `Three services, each a process of its own with its near-cache and its connections, have every session in memory before it is revoked with SessionManager.revoke() in a fourth. All processes read the machine's one monotonic clock. A service checks its memory after each message from Redis, and every 5 ms.`,
      `Each refusal of each service counts; a refusal before the call returned counts 0. "Moderate": ${grouped(MODERATE_PER_SECOND)} guarded requests/s over the three; "saturated": as many as they answer.`,
      'The direct path reads from Redis each time: once the call has returned, the next read finds nothing.',
    ],
    data: figures,
  };
}

function timeGoals({ load, delays }: ConditionFigures): Goal[] {
  const most = MOST[load];
  if (most === undefined) return [];
  return [
    atMost(`p99 until a near-cache refuses, ${load} load`, most, percentile(delays, 99), 'ms'),
  ];
}
