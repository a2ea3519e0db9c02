import { join } from 'node:path';
import { RedisServer } from '../../../../tools/redis/redis-server';
import { repositoryRoot } from '../../../../tools/repository-root';
import { runTypeScript } from '../../../../tools/testing/run-typescript';

const library = join(repositoryRoot, 'libs/session/src');

/** A program with a near-cache, which ends when nothing is left that it waits for. */
function program(url: string, steps: string): string {
  return `
    import { setTimeout as delay } from 'node:timers/promises';
    import { NearCachedSessionStore } from '${library}/cache/near-cached-session.store';
    import { createRedisClient } from '${library}/store/redis-client';
    import { NearCacheCounters } from '${library}/store/near-cache.counters';
    import { RedisSessionStore } from '${library}/store/redis-session.store';

    async function main() {
      const client = createRedisClient('${url}');
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
      ${steps}
    }
    void main().then(() => console.log('all done'));
  `;
}

describe('a process with a near-cache ends by itself, and by no error that nobody handles', () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await RedisServer.start();
  });

  afterAll(() => server.stop());

  it.each([
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
  ])('%s', async (_when, steps) => {
    const { exited, lines } = runTypeScript(program(server.url, steps));

    expect(await exited).toMatchObject({ code: 0 });
    expect(lines.filter((line) => !line.includes('The near-cache is on'))).toEqual(['all done']);
  });

  it('when Redis was never there', async () => {
    const nobody = await RedisServer.start();
    await nobody.stop();

    const steps = 'await delay(300); near.onApplicationShutdown(); client.disconnect();';
    const { exited, lines } = runTypeScript(program(nobody.url, steps));

    expect(await exited).toMatchObject({ code: 0 });
    expect(lines.join()).not.toMatch(/unhandled|uncaught/i);
  });
});
