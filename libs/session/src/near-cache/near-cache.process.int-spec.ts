import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../../../tools/processes/free-port.js';
import type { ProcessExit } from '../../../../tools/processes/process-exit.js';
import { repositoryRoot } from '../../../../tools/repository-root.js';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { type RunningScript, runTypeScript } from '../../../../tools/testing/run-typescript.js';
import { startedRedis } from '../../test-support/started-redis.js';

const library = join(repositoryRoot, 'libs/session/src');

const CASES: readonly (readonly [when: string, steps: string])[] = [
  ['after it has stopped', 'await untilUp(); near.onApplicationShutdown(); client.disconnect();'],
  ['when the client alone was closed', 'await untilUp(); client.disconnect();'],
  ['when it stops before there is a link', 'near.onApplicationShutdown(); client.disconnect();'],
  [
    'when it stops while a link is made',
    'await delay(5); near.onApplicationShutdown(); client.disconnect();',
  ],
  [
    'after links were lost',
    'for (let i = 0; i < 3; i += 1) { await untilUp(); await killLinks(); } client.disconnect();',
  ],
  [
    'when the link is lost as it stops',
    "await untilUp(); void client.call('CLIENT', 'KILL', 'TYPE', 'pubsub'); near.onApplicationShutdown(); await delay(50); client.disconnect();",
  ],
];

const NEVER_THERE = 'when Redis was never there';
const STEPS_WITHOUT_REDIS = 'await delay(300); near.onApplicationShutdown(); client.disconnect();';

/**
 * Returns a program that opens a near-cache for each case, one after the other. The next case starts when
 * nothing of the last case keeps the process running. After the last case the program ends by itself.
 */
function program(cases: readonly (readonly [when: string, url: string, steps: string])[]): string {
  const runs = cases.map(
    ([when, url, steps]) => `
      await run(${JSON.stringify(when)}, '${url}', async ({ client, near, untilUp, killLinks }) => {
        ${steps}
      });`,
  );
  return `
    import { setTimeout as delay } from 'node:timers/promises';
    import { NearCachedSessionStore } from '${library}/near-cache/near-cached-session.store';
    import { createRedisClient } from '${library}/store/redis-client';
    import { NearCacheCounters } from '${library}/near-cache/near-cache.counters';
    import { RedisSessionStore } from '${library}/store/redis-session.store';

    // The pipes are those of the output.
    const keepsRunning = () => process.getActiveResourcesInfo().some((it) => it !== 'PipeWrap');

    async function run(when, url, steps) {
      console.log('case: ' + when);
      const client = createRedisClient(url);
      client.on('error', () => undefined);
      const counters = new NearCacheCounters();
      const source = new RedisSessionStore(client, 60_000);
      const limits = { maxStaleness: 500, maxEntries: 10 };
      const near = new NearCachedSessionStore(client, source, limits, counters);
      const untilUp = async () => {
        while (!counters.isLinkUp) await delay(10);
      };
      const killLinks = async () => {
        const { linkLosses } = counters;
        await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
        while (counters.linkLosses === linkLosses) await delay(10);
      };
      await steps({ client, near, untilUp, killLinks });
      while (keepsRunning()) await delay(5);
      console.log('ended: ' + when);
    }

    async function main() {
      ${runs.join('\n')}
    }
    void main().then(() => console.log('all done'));
  `;
}

describe('a process with a near-cache ends by itself, without an unhandled error', () => {
  const redis = startedRedis();
  let running: RunningScript;
  let exit: ProcessExit | null;
  let lines: readonly string[];

  beforeAll(async () => {
    const away = `redis://127.0.0.1:${await freePort()}`;
    running = runTypeScript(
      program([
        ...CASES.map(([when, steps]) => [when, redis.url, steps] as const),
        [NEVER_THERE, away, STEPS_WITHOUT_REDIS],
      ]),
    );
    // Shorter than the hook's time limit, so that the tests name the case that does not end.
    exit = await Promise.race([running.exited, delay(25_000, null, { ref: false })]);
    ({ lines } = running);
  });

  afterAll(() => {
    running.child.kill();
  });

  /** Returns the lines that a case printed; `undefined` when the case did not end. */
  function linesOf(when: string): readonly string[] | undefined {
    const [from, to] = [lines.indexOf(`case: ${when}`), lines.indexOf(`ended: ${when}`)];
    return from < 0 || to < 0 ? undefined : lines.slice(from + 1, to);
  }

  it('with exit code 0', () => {
    expect(exit).toMatchObject({ code: 0 });
    expect(lines.at(-1)).toBe('all done');
  });

  it('at whatever point it stops, and prints nothing', () =>
    eachRow(
      CASES,
      ([when]) => {
        const printed = linesOf(when)?.filter((line) => !line.includes('The near-cache is on'));
        expect(printed).toEqual([]);
      },
      ([when]) => when,
    ));

  it(NEVER_THERE, () => {
    expect(linesOf(NEVER_THERE)).toBeDefined();
    expect(lines.join()).not.toMatch(/unhandled|uncaught/i);
  });
});
