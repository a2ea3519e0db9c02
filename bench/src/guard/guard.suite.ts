import { resolve } from 'node:path';
import { RedisServer } from '../../../tools/redis/redis-server';
import { messageOfChild } from '../measure/message-of-child';
import { atLeastTimes, atMost } from '../measure/ratio-goal';
import { rounded } from '../measure/rounded';
import type { Adapter } from '../servers/protection';
import type { Goal, Suite, Table } from '../suite';
import type { GuardFigures } from './guard-figures';

type Measured = Omit<GuardFigures, 'adapter'>;

const ADAPTERS: readonly Adapter[] = ['express', 'fastify'];

const MAIN = resolve(__dirname, 'guard.main.js');

/** Limit of a near-cache hit, with the token's hash, in microseconds. */
const NEAR_LIMIT = 0.8;
const TIMES_CHEAPER = [
  { algorithm: 'HS256', times: 15 },
  { algorithm: 'RS256', times: 40 },
];

const LABELS: Record<string, string> = {
  near: 'Nest Sessions, near-cached',
  HS256: '@nestjs/jwt HS256, prepared key',
  RS256: '@nestjs/jwt RS256, prepared key',
  ES256: '@nestjs/jwt ES256, prepared key',
};

/** Measures `canActivate` alone, from the request to the decision. */
export const guardSuite: Suite = {
  name: 'guard',
  title: 'The guard alone',
  async run({ isQuick, log }) {
    const redis = await RedisServer.start();
    try {
      const figures: GuardFigures[] = [];
      for (const adapter of ADAPTERS) {
        log(`${adapter}: calling guards, in a process of their own`);
        const length = isQuick ? 'quick' : 'full';
        const measured = await messageOfChild<Measured[]>(MAIN, [adapter, redis.url, length]);
        figures.push(...measured.map((it) => ({ adapter, ...it })));
      }
      return {
        tables: [guardTable(figures), piecesTable(figures)],
        goals: ADAPTERS.flatMap((adapter) => goalsOn(adapter, figures)),
        notes: [
          'Real requests and responses of the adapter, in the execution context of Nest; three cookies.',
          'The tokens carry the content of the session. The near-cached guard sets Cache-Control; the others do not.',
        ],
        data: { figures },
      };
    } finally {
      await redis.stop();
    }
  },
};

function guardTable(figures: readonly GuardFigures[]): Table {
  const near = (adapter: Adapter) => microsecondsOf(figures, adapter, 'near');
  return {
    title: 'canActivate (µs per call)',
    columns: ['guard', 'Express', 'times near-cached', 'Fastify', 'times near-cached'],
    rows: Object.entries(LABELS).map(([name, label]) => [
      label,
      ...ADAPTERS.flatMap((adapter) => {
        const microseconds = microsecondsOf(figures, adapter, name);
        return [rounded(microseconds, 2), rounded(microseconds / near(adapter))];
      }),
    ]),
  };
}

function piecesTable(figures: readonly GuardFigures[]): Table {
  const names = new Set(figures.map(({ name }) => name).filter((name) => !(name in LABELS)));
  return {
    title: 'Steps of a near-cache hit (µs per call)',
    columns: ['piece', 'Express', 'Fastify'],
    rows: [...names].map((name) => [
      name,
      ...ADAPTERS.map((adapter) => rounded(microsecondsOf(figures, adapter, name), 2)),
    ]),
  };
}

function goalsOn(adapter: Adapter, figures: readonly GuardFigures[]): Goal[] {
  const near = microsecondsOf(figures, adapter, 'near');
  return [
    atMost(`near-cached: the guard on ${adapter}, with the token's hash`, NEAR_LIMIT, near, 'µs'),
    ...TIMES_CHEAPER.map(({ algorithm, times }) =>
      atLeastTimes(
        `near-cached: the guard is cheaper than ${algorithm} with a prepared key, on ${adapter}`,
        times,
        microsecondsOf(figures, adapter, algorithm),
        near,
      ),
    ),
  ];
}

/** @throws Error when the run holds no such figure */
function microsecondsOf(figures: readonly GuardFigures[], adapter: Adapter, name: string): number {
  const found = figures.find((it) => it.adapter === adapter && it.name === name);
  if (!found) throw new Error(`${name} was not measured on ${adapter}`);
  return found.nanoseconds / 1000;
}
