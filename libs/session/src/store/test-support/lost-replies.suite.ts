import { keysOfSessions } from '../../../test-support/key-space.js';
import type { Cluster, Redis } from 'ioredis';
import { eventually } from '../../../../../tools/testing/eventually.js';
import { FaultyProxy } from '../../../../../tools/testing/faulty-proxy.js';
import { SessionStoreUnavailableError } from '../../errors/session-store-unavailable.error.js';
import { sampleSession } from '../../../test-support/sample-session.js';
import type { startedRedis } from '../../../test-support/started-redis.js';
import { whenReady } from '../redis-client.js';
import { RedisIssuerSessionStore } from '../../issuer/redis-issuer-session.store.js';
import { RedisSessionStore } from '../redis-session.store.js';

/** Orders of the caller's error and the broken connection after a write whose reply was lost. */
export const LOST_REPLIES = [
  ['the caller gets an error, then the connection breaks', true],
  ['the connection breaks, then the caller gets an error', false],
] as const;

/**
 * Returns test bodies for the enclosing `describe`, each with a write whose reply is lost.
 *
 * @param redis A Redis that is empty before each test; its client connects directly.
 * @param connect Creates the client under test, which connects through the proxy.
 * @param toldFirst Whether the caller gets the error before the connection breaks.
 */
export function lostReplies(
  redis: ReturnType<typeof startedRedis>,
  connect: (redisPort: number, proxy: FaultyProxy) => Redis | Cluster,
  toldFirst: boolean,
): Record<
  'insert' | 'insertInReach' | 'update' | 'updateBeforeAnother' | 'renew' | 'remove',
  () => Promise<void>
> {
  let proxy: FaultyProxy;
  let admin: Redis;
  let client: Redis | Cluster;

  beforeEach(async () => {
    admin = redis.client;
    proxy = await FaultyProxy.to(redis.server.port);
    client = connect(redis.server.port, proxy);
    client.on('error', () => undefined);
    await whenReady(client, 10_000);
  });

  afterEach(async () => {
    client.disconnect();
    await proxy.close();
  });

  /** Runs `meanwhile`, breaks the connection and waits until the client has reconnected. */
  async function reconnect(
    outcome: Promise<unknown>,
    meanwhile: () => Promise<unknown>,
  ): Promise<void> {
    if (toldFirst) await outcome;
    await meanwhile();
    proxy.cut();
    const store = new RedisSessionStore(client, 60_000);
    await eventually(() =>
      store.ping().then(
        () => true,
        () => false,
      ),
    );
  }

  async function insert(): Promise<void> {
    const session = sampleSession();
    proxy.loseReplies();
    const insert = new RedisIssuerSessionStore(client).insert(session);
    const outcome = expect(insert).rejects.toThrow(SessionStoreUnavailableError);
    await eventually(async () => (await admin.exists(`session:{${session.id}}`)) === 1);

    await reconnect(outcome, () => new RedisIssuerSessionStore(admin).remove(session.id, 'u-1'));

    expect(await keysOfSessions(admin)).toEqual([]);
    expect(await new RedisSessionStore(client, 60_000).find(session.id)).toBeNull();
    await outcome;
  }

  async function insertInReach(): Promise<void> {
    const session = sampleSession();
    proxy.loseReplies();
    const insert = new RedisIssuerSessionStore(client).insert(session);
    await expect(insert).rejects.toThrow(SessionStoreUnavailableError);
    expect(await keysOfSessions(admin)).toEqual([]);
  }

  async function update(): Promise<void> {
    const session = sampleSession();
    const direct = new RedisIssuerSessionStore(admin);
    await direct.insert(session);
    const update = new RedisIssuerSessionStore(client).update(session.id, (it) => {
      proxy.loseReplies();
      return it.with({ roles: ['new'] });
    });
    const outcome = expect(update).rejects.toThrow(SessionStoreUnavailableError);
    await eventually(async () => (await direct.inspect(session.id))?.session.roles[0] === 'new');

    await reconnect(outcome, () => direct.remove(session.id, 'u-1'));

    expect(await keysOfSessions(admin)).toEqual([]);
    await outcome;
  }

  async function updateBeforeAnother(): Promise<void> {
    const session = sampleSession({ roles: ['first'] });
    const direct = new RedisIssuerSessionStore(admin);
    await direct.insert(session);
    const update = new RedisIssuerSessionStore(client).update(session.id, (it) => {
      proxy.loseReplies();
      return it.with({ roles: ['admin'] });
    });
    const outcome = expect(update).rejects.toThrow(SessionStoreUnavailableError);
    await eventually(async () => (await direct.inspect(session.id))?.session.roles[0] === 'admin');

    // Restores exactly the record that the lost update expected.
    await reconnect(outcome, () =>
      direct.update(session.id, (it) => it.with({ roles: ['first'] })),
    );

    expect((await direct.inspect(session.id))?.session.roles).toEqual(['first']);
    await outcome;
  }

  async function renew(): Promise<void> {
    const session = sampleSession();
    await new RedisIssuerSessionStore(admin).insert(session);
    await admin.pexpire(`idle:{${session.id}}`, 60_000);
    proxy.loseReplies();
    const outcome = expect(new RedisSessionStore(client, 60_000).touch(session)).rejects.toThrow(
      SessionStoreUnavailableError,
    );
    await eventually(async () => (await admin.pttl(`idle:{${session.id}}`)) > 60_000);

    await reconnect(outcome, () => new RedisIssuerSessionStore(admin).remove(session.id, 'u-1'));

    expect(await keysOfSessions(admin)).toEqual([]);
    await outcome;
  }

  async function remove(): Promise<void> {
    const session = sampleSession();
    await new RedisIssuerSessionStore(admin).insert(session);
    const issuer = new RedisIssuerSessionStore(client);
    proxy.loseReplies();
    const outcome = expect(issuer.remove(session.id, 'u-1')).rejects.toThrow(
      SessionStoreUnavailableError,
    );
    await eventually(async () => (await admin.exists(`session:{${session.id}}`)) === 0);

    await reconnect(outcome, () => Promise.resolve());

    expect(await issuer.remove(session.id, 'u-1')).toBeNull();
    expect(await keysOfSessions(admin)).toEqual([]);
    await outcome;
  }

  return { insert, insertInReach, update, updateBeforeAnother, renew, remove };
}
