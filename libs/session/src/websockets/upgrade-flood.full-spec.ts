import { randomBytes } from 'node:crypto';
import { queryObjects } from 'node:v8';
import { patiently } from '../../../../tools/redis/patience.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { keySpaceOf } from '../../test-support/key-space.js';
import { ownRedis } from '../store/test-support/own-redis.js';
import { openLiveClient } from './test-support/live-client.js';
import { LiveInstance, WEB_SOCKET_ADAPTERS } from './test-support/live-instance.js';
import { LiveUsers } from './test-support/live-users.js';
import { WsTestClient } from './test-support/ws-client.js';

const UPGRADES = 2_000;

/** Handshakes in progress. */
const AT_ONCE = 250;

/** Handshakes after which a signed-in user connects. */
const USER_EVERY = 500;

const FOREIGN = 'https://evil.example.com';

/** Class of timers, of which Node.js exports no name. */
const timer = setTimeout(() => undefined);
clearTimeout(timer);

/** Number of timers in memory, with those that do not keep the process alive. */
const countTimers = () => queryObjects(timer.constructor, { format: 'count' });

describe.each(WEB_SOCKET_ADAPTERS)('2,000 upgrades by %s that the guard refuses', (adapter) => {
  const redis = ownRedis();

  it.each([
    ['direct', false],
    ['near-cached', true],
  ])(
    'leave nothing behind on a %s instance, and a user connects meanwhile',
    async (_, nearCache) => {
      const users = new LiveUsers(redis.client);
      const instance = await LiveInstance.start({
        adapter,
        session: { redis: patiently(redis.url), nearCache },
      });
      const { server, channels, log } = instance;
      const handshakeUrl =
        adapter === 'ws' ? instance.url : `${instance.url}/?EIO=4&transport=websocket`;
      try {
        const user = await users.signIn('orders');
        const loggedOut = await users.signIn('orders');
        await users.manager.revoke(loggedOut.sessionId);
        const withoutRole = await users.signIn('other');
        const cookie = `__Host-sid=${user.token}`;
        const kinds: readonly [status: number, headers: () => Record<string, string>][] = [
          [401, () => ({})],
          [401, () => ({ authorization: `Bearer ${randomBytes(32).toString('base64url')}` })],
          [401, () => loggedOut.headers],
          [403, () => withoutRole.headers],
          [403, () => ({ cookie, origin: FOREIGN })],
        ];
        const connect = async () => {
          const client = await openLiveClient(adapter, instance.url, user.headers);
          expect(client.isOpen).toBe(true);
          client.close();
        };
        const isQuiet = async () => channels.size === 0 && (await instance.connections()) === 0;
        const listeners = () =>
          server.eventNames().map((name) => [name, server.listenerCount(name)] as const);

        await connect();
        await eventually(isQuiet);
        const before = {
          keys: await keySpaceOf(redis.client),
          listeners: listeners(),
          timers: countTimers(),
        };
        log.events.length = 0;

        const wrong: unknown[] = [];
        let next = 0;
        const flood = async () => {
          while (next < UPGRADES) {
            const at = next++;
            const [status, headers] = kinds[at % kinds.length] ?? [0, () => ({})];
            if (at % USER_EVERY === 0) await connect();
            const answer = await WsTestClient.refused(handshakeUrl, { headers: headers() });
            if (answer.status !== status) wrong.push([at, answer.status]);
          }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, flood));

        expect(wrong).toEqual([]);
        await eventually(isQuiet);
        expect(await keySpaceOf(redis.client)).toEqual(before.keys);
        expect(listeners()).toEqual(before.listeners);
        // A few belong to the clients of this process and to the connections to Redis.
        await eventually(() => countTimers() <= before.timers + 20);
        const reasons = new Map<unknown, number>();
        for (const event of log.events) {
          const { reason } = event as { reason?: unknown };
          reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        }
        const each = UPGRADES / kinds.length;
        expect(Object.fromEntries(reasons)).toEqual({
          anonymous: each,
          invalid: 2 * each,
          role: each,
          'cross-origin': each,
        });
      } finally {
        await instance.close();
      }
    },
  );
});
