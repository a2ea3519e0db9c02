import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { RedisServer } from '../../../tools/redis/redis-server';
import { interleaved } from '../measure/interleaved';
import { median } from '../measure/median';
import { atMost } from '../measure/ratio-goal';
import { rounded } from '../measure/rounded';
import type { Suite } from '../suite';
import type { StartFigures, StartVariant } from './start-figures';

const LABELS: Readonly<Record<StartVariant, string>> = {
  bare: 'Nest with an ioredis client',
  sessions: '`SessionModule`',
  'near-cached': '`SessionModule` with `nearCache`',
  issuer: '`SessionModule` and `SessionIssuerModule`',
};
const VARIANTS = Object.keys(LABELS) as StartVariant[];

const ROUNDS = { full: 30, quick: 8 };

/** Limit for the core, in per cent of what the application costs without the library. */
const LIMIT = 15;

const MEGABYTE = 1e6;

/** Start of an application: the library's modules loaded, its providers made, one request answered. */
export const startSuite: Suite = {
  name: 'start',
  title: 'Start of an application',
  async run({ isQuick, log }) {
    const rounds = isQuick ? ROUNDS.quick : ROUNDS.full;
    const redis = await RedisServer.start();
    try {
      log(`starting ${VARIANTS.length} applications ${rounds} times each`);
      const measured = await interleaved(VARIANTS, rounds, (it) => measureStart(it, redis.url));
      const figures = VARIANTS.map((variant) => ({ variant, ...mediansOf(measured.get(variant)) }));
      const [bare, sessions] = figures;
      if (bare === undefined || sessions === undefined) throw new Error('Nothing was measured');
      return {
        tables: [
          {
            title: 'Start on Express, up to the first response',
            columns: ['application', 'CPU (ms)', 'added', 'heap (MB)', 'added'],
            rows: figures.map(({ variant, cpu, heap }) => [
              LABELS[variant],
              rounded(cpu),
              rounded(cpu - bare.cpu),
              rounded(heap / MEGABYTE),
              rounded((heap - bare.heap) / MEGABYTE),
            ]),
          },
        ],
        goals: [
          atMost('CPU that the core adds to a start', LIMIT, added(sessions.cpu, bare.cpu), '%'),
          atMost('heap that the core adds', LIMIT, added(sessions.heap, bare.heap), '%'),
        ],
        notes: ['Each start is a process of its own, and the applications take turns.'],
        data: { figures, rounds: Object.fromEntries(measured) },
      };
    } finally {
      await redis.stop();
    }
  },
};

function added(withIt: number, without: number): number {
  return (withIt / without - 1) * 100;
}

function mediansOf(rounds: readonly StartFigures[] = []): StartFigures {
  return {
    cpu: median(rounds.map(({ cpu }) => cpu)),
    heap: median(rounds.map(({ heap }) => heap)),
  };
}

async function measureStart(variant: StartVariant, redisUrl: string): Promise<StartFigures> {
  const child = fork(join(__dirname, 'start.process.js'), [variant, redisUrl], {
    execArgv: ['--expose-gc', '--no-warnings'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The application ${variant} ended with ${String(code)}`);
  });
  try {
    const [figures] = (await Promise.race([once(child, 'message'), ended])) as [StartFigures];
    return figures;
  } finally {
    ended.catch(() => undefined);
    child.kill();
  }
}
