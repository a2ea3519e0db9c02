import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '../../tools/testing/eventually';
import { head } from '../support/exchange';
import { GuardedRedis } from '../support/guarded-redis';
import { FEEDS, type LiveFeed, REASONS } from '../support/live-feed';
import { START_TIMEOUT_MS } from '../support/production-system';
import { withRedis } from '../support/redis-dump';
import { type Adapter, settingsFor, System } from '../support/system';

/** Shortest permitted bound. */
const BOUND = { SESSION_CHANNELS_CLOSE_WITHIN: '5s' };

const KINDS = ['stream', 'socket'] as const;

/** Opens a feed of each kind for a new user. */
async function openBoth(system: System) {
  const cookie = await system.signInLike('carol');
  const { url } = system.orders;
  const feeds: LiveFeed[] = [];
  for (const kind of KINDS) feeds.push(await FEEDS[kind].open({ url, cookie }));
  const untilEnded = () => eventually(() => feeds.every(({ ended }) => ended !== null));
  return { cookie, feeds, untilEnded, reasons: () => feeds.map(({ ended }) => ended) };
}

const SIGNED_OUT = KINDS.map((kind) => REASONS[kind].signedOut);

export function liveFeedEnds(adapter: Adapter): void {
  describe(`live feeds at the end of their service, on ${adapter}`, () => {
    let system: System;

    beforeAll(async () => {
      system = await System.start(adapter, { SESSION_CHANNELS_CLOSE_WITHIN: '1h' });
    }, START_TIMEOUT_MS);
    afterAll(() => system.stop());

    it('are closed, so that clients connect to another instance, and delay nothing', async () => {
      const { reasons, untilEnded, cookie } = await openBoth(system);
      // A client that never closes its side.
      const stubborn = connect({ port: Number(new URL(system.orders.url).port) });
      stubborn.on('error', () => undefined);
      stubborn.write(
        head(
          'GET /orders/live HTTP/1.1',
          'Host: localhost',
          `Cookie: __Host-sid=${cookie}`,
          'Upgrade: websocket',
          'Connection: Upgrade',
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
          'Sec-WebSocket-Version: 13',
        ),
      );
      const [answer] = (await once(stubborn, 'data')) as [Buffer];
      expect(answer.toString()).toMatch(/^HTTP\/1\.1 101 /);

      // Fails when the process has to be killed after ten seconds.
      expect(await system.orders.stop()).toEqual({ code: 0, signal: null });

      await untilEnded();
      expect(reasons()).toEqual(['ended', '1001']);
      stubborn.destroy();
    });
  });

  describe(`live feeds without the right to read session events, on ${adapter}`, () => {
    let system: System;

    beforeAll(async () => {
      system = await System.startOn(
        async () => {
          const redis = await GuardedRedis.start();
          await revokeEvents(redis.url);
          return redis;
        },
        adapter,
        BOUND,
      );
    }, START_TIMEOUT_MS);
    afterAll(() => system.stop());

    it('end within the bound, and the log names the right', async () => {
      const { cookie, reasons, untilEnded } = await openBoth(system);

      await system.logout(cookie);

      await untilEnded();
      expect(reasons()).toEqual(SIGNED_OUT);
      const lines = system.output.filter((it) => it.includes('receives no session events'));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain('(%R~session-events +xread +xrevrange)');
    });
  });

  describe(`live feeds with sessions from auth (rpc), on ${adapter}`, () => {
    let system: System;

    beforeAll(async () => {
      system = await System.start(adapter, { ...settingsFor('rpc'), ...BOUND });
    }, START_TIMEOUT_MS);
    afterAll(() => system.stop());

    it('end within the bound after a sign-out', async () => {
      const { cookie, reasons, untilEnded } = await openBoth(system);

      await system.logout(cookie);

      await untilEnded();
      expect(reasons()).toEqual(SIGNED_OUT);
    });
  });

  describe(`live feeds while Redis is away, on ${adapter}`, () => {
    let system: System;

    beforeAll(async () => {
      system = await System.start(adapter, BOUND);
    }, START_TIMEOUT_MS);
    afterAll(() => system.stop());

    it('stay open over a short outage', async () => {
      const { cookie, reasons, untilEnded } = await openBoth(system);
      system.redis.kill('SIGSTOP');
      await eventually(async () => (await system.statuses(cookie)).includes(503));
      system.redis.kill('SIGCONT');
      await eventually(async () => (await system.statuses(cookie)).every((it) => it === 200));

      expect(reasons()).toEqual([null, null]);
      await system.logout(cookie);
      await untilEnded();
      expect(reasons()).toEqual(SIGNED_OUT);
    });

    it('end when their session cannot be verified within the bound', async () => {
      const { reasons, untilEnded } = await openBoth(system);

      await system.redis.stop();

      await untilEnded();
      expect(reasons()).toEqual(['ERR_SESSION_CHANNEL_UNVERIFIED', '1013']);
    });
  });
}

/** Takes the right to read session events from the user of orders. */
function revokeEvents(url: string): Promise<void> {
  return withRedis(url, async (redis) => {
    const users = await redis.acl('LIST');
    const user = users.find((it) => it.startsWith('user orders ')) ?? '';
    const selectors = [...user.matchAll(/\([^)]+\)/g)].map(([it]) => it);
    const kept = selectors.filter((it) => !it.includes('session-events'));
    if (kept.length !== selectors.length - 1) throw new Error('there is no such right any more');
    await redis.acl('SETUSER', 'orders', 'clearselectors', ...kept);
  });
}
