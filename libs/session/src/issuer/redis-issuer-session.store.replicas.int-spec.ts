import type { Redis } from 'ioredis';
import { RedisServer } from '../../../../tools/redis/redis-server.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { untilFollowed } from '../../../../tools/redis/until-followed.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { createRedisClient, whenReady } from '../store/redis-client.js';
import { RedisIssuerSessionStore } from './redis-issuer-session.store.js';
import { sessionKey } from '../store/redis-session.keys.js';
import { patientClient } from '../../test-support/patient-client.js';

describe('waiting for replicas', () => {
  let master: RedisServer;
  let replica: RedisServer;
  let client: Redis;
  let follower: Redis;

  beforeAll(async () => {
    master = await RedisServer.start();
    replica = await RedisServer.start({ args: ['--replicaof', `127.0.0.1 ${master.port}`] });
    client = patientClient(master.url);
    follower = patientClient(replica.url);
    await whenReady(client, 10_000);
    await whenReady(follower, 10_000);
    await untilFollowed(master.url, 1);
  });

  afterAll(async () => {
    client.disconnect();
    follower.disconnect();
    await replica.stop();
    await master.stop();
  });

  /** Retries `act` until the replica is in time: on a stalled machine it may be late, which must throw. */
  const untilReplicated = (act: () => Promise<unknown>) =>
    eventually(async () => {
      try {
        await act();
        return true;
      } catch (error) {
        expect(error).toBeInstanceOf(SessionStoreUnavailableError);
        return false;
      }
    });

  it('resolves once a replica has applied the update or the removal of a session', async () => {
    const issuer = new RedisIssuerSessionStore(client, { waitReplicas: 1 });
    for (let round = 0; round < 50; round += 1) {
      const session = sampleSession();
      await issuer.insert(session);

      await untilReplicated(() =>
        issuer.update(session.id, (it) => it.with({ roles: ['changed'] })),
      );
      expect(await follower.get(sessionKey(session.id))).toContain('changed');

      await untilReplicated(() => issuer.remove(session.id, null));
      expect(await follower.exists(sessionKey(session.id))).toBe(0);
    }
  });

  it('fails when too few replicas follow, although the session has ended on the master', async () => {
    const issuer = new RedisIssuerSessionStore(client, { waitReplicas: 2 });
    const session = sampleSession();
    await issuer.insert(session);

    await expect(issuer.remove(session.id, null)).rejects.toThrow(SessionStoreUnavailableError);
    expect(await client.exists(sessionKey(session.id))).toBe(0);
  });

  it('succeeds for the removal of a session that is already gone', async () => {
    const issuer = new RedisIssuerSessionStore(client, { waitReplicas: 1 });

    await untilReplicated(async () => {
      expect(await issuer.remove(sampleSession().id, null)).toBeNull();
    });
  });

  it('keeps failing, over any connection, until a replica has applied the removal', async () => {
    const session = sampleSession();
    await new RedisIssuerSessionStore(client, { waitReplicas: 1 }).insert(session);
    await eventually(async () => (await follower.exists(sessionKey(session.id))) === 1);
    const other = createRedisClient(master.url);
    await whenReady(other, 10_000);
    replica.kill('SIGSTOP');
    try {
      const first = new RedisIssuerSessionStore(client, { waitReplicas: 1 }).remove(
        session.id,
        'u-1',
      );
      await expect(first).rejects.toThrow(SessionStoreUnavailableError);

      const again = new RedisIssuerSessionStore(other, { waitReplicas: 1 }).remove(
        session.id,
        'u-1',
      );
      await expect(again).rejects.toThrow(SessionStoreUnavailableError);
    } finally {
      replica.kill('SIGCONT');
      other.disconnect();
    }
  });

  it('does not block other commands on the same connection', async () => {
    const sessions = Array.from({ length: 10 }, () => sampleSession());
    const issuer = new RedisIssuerSessionStore(client, { waitReplicas: 1 });
    for (const session of sessions) await issuer.insert(session);
    replica.kill('SIGSTOP');
    const removals = Promise.allSettled(sessions.map(({ id }) => issuer.remove(id, 'u-1')));

    const reads = Array.from({ length: 5 }, () => new RedisIssuerSessionStore(client).idsOf('u-2'));
    const outcomes = await Promise.allSettled(reads);
    replica.kill('SIGCONT');
    await removals;
    await eventually(() =>
      client.ping().then(
        () => true,
        () => false,
      ),
    );

    expect(outcomes.map(({ status }) => status)).toEqual(reads.map(() => 'fulfilled'));
  });

  it('is off by default', async () => {
    replica.kill('SIGSTOP');
    try {
      const issuer = new RedisIssuerSessionStore(client);
      const session = sampleSession();
      await issuer.insert(session);

      expect(await issuer.remove(session.id, null)).toMatchObject({ id: session.id });
    } finally {
      replica.kill('SIGCONT');
    }
  });
});
