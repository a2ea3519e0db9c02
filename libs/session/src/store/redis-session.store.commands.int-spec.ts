import type { Redis } from 'ioredis';
import type { Session, SessionFields } from '../session/session.js';
import { countCommands } from '../../test-support/command-counts.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { whenReady } from './redis-client.js';
import { RedisIssuerSessionStore } from '../issuer/redis-issuer-session.store.js';
import { RedisSessionStore } from './redis-session.store.js';
import { patientClient } from '../../test-support/patient-client.js';
import { startedRedis } from '../../test-support/started-redis.js';

describe('the Redis commands for a request', () => {
  const redis = startedRedis();
  let client: Redis;
  let admin: Redis;
  let store: RedisSessionStore;

  beforeAll(async () => {
    client = patientClient(redis.url);
    await whenReady(client, 10_000);
  });

  beforeEach(() => {
    admin = redis.client;
    store = new RedisSessionStore(client, 60_000);
  });

  afterAll(() => {
    client.disconnect();
  });

  /** Stores a session, last used the given time ago (ms), that this process has not seen yet. */
  async function storedSession(
    sinceLastUse: number,
    changes: Partial<SessionFields> = {},
  ): Promise<Session> {
    const session = sampleSession(changes);
    await new RedisIssuerSessionStore(client).insert(session);
    if (sinceLastUse > 0) {
      await client.pexpire(`idle:{${session.id}}`, session.idleTimeout - sinceLastUse);
    }
    return session;
  }

  /** Serves an authorized request as the guard does. */
  async function serve({ id }: Session): Promise<void> {
    const session = await store.find(id);
    if (session) await store.touch(session);
  }

  async function serveInTurn(session: Session, times: number): Promise<void> {
    for (let request = 0; request < times; request += 1) await serve(session);
  }

  it('read the record and its clock when the process does not know the session', async () => {
    const session = await storedSession(0);

    expect(await countCommands(admin, () => store.find(session.id))).toEqual({ get: 1, pttl: 1 });
  });

  it('read only the record when the process knows that the clock was just renewed', async () => {
    const session = await storedSession(0);
    await serve(session);

    expect(await countCommands(admin, () => serveInTurn(session, 50))).toEqual({ get: 50 });
  });

  it('renew the clock once when it is due, and then read only the record', async () => {
    const session = await storedSession(300_000);

    expect(await countCommands(admin, () => serveInTurn(session, 50))).toEqual({
      get: 50,
      pttl: 1,
      pexpire: 1,
    });
  });

  it('renew the clock once for a hundred concurrent requests', async () => {
    const session = await storedSession(300_000);
    const requests = () => Promise.all(Array.from({ length: 100 }, () => serve(session)));

    expect(await countCommands(admin, requests)).toMatchObject({ get: 100, pexpire: 1 });
  });

  it('renew the clock once for a hundred concurrent touches', async () => {
    const session = await storedSession(300_000);
    const touches = () => Promise.all(Array.from({ length: 100 }, () => store.touch(session)));

    expect(await countCommands(admin, touches)).toEqual({ pexpire: 1 });
  });

  it('do not renew the clock when another process has just renewed it', async () => {
    const session = await storedSession(300_000);
    const other = new RedisSessionStore(client, 60_000);
    await other.touch(session);

    expect(await countCommands(admin, () => serveInTurn(session, 10))).toEqual({
      get: 10,
      pttl: 1,
    });
  });

  it('renew the clock once for each session', async () => {
    const sessions = [await storedSession(300_000), await storedSession(300_000)];
    const touches = () => Promise.all(sessions.map((session) => store.touch(session)));

    expect(await countCommands(admin, touches)).toEqual({ pexpire: 2 });
  });

  it('renew the clock once per interval even if the absolute timeout precedes the idle timeout', async () => {
    const session = await storedSession(0, { idleTimeout: 7_200_000 });
    // The clock already outlasts the absolute timeout, as after any late renewal.
    await client.pexpireat(`idle:{${session.id}}`, session.absoluteExpiresAt + 100);

    const { pexpire = 0 } = await countCommands(admin, () => serveInTurn(session, 50));

    expect(pexpire).toBeLessThanOrEqual(1);
  });

  it('read the clock again as soon as the interval has passed', async () => {
    // A process relies on a known clock for a thirtieth of the idle timeout at most: 10 ms.
    const session = await storedSession(0, { idleTimeout: 300 });
    await serve(session);

    await eventually(async () => {
      const counts = await countCommands(admin, () => store.find(session.id));
      expect(counts.get).toBe(1);
      return 'pttl' in counts;
    });
  });

  it('read the clock again after the session was gone', async () => {
    const session = await storedSession(0);
    await serve(session);
    await new RedisIssuerSessionStore(client).remove(session.id, null);
    expect(await store.find(session.id)).toBeNull();

    expect(await countCommands(admin, () => store.find(session.id))).toEqual({ get: 1, pttl: 1 });
  });

  it('never shorten an idle timeout that another service granted', async () => {
    const session = await storedSession(300_000);
    const clock = `idle:{${session.id}}`;
    await client.pexpire(clock, 3_000_000);
    const granted = await client.pexpiretime(clock);

    await store.touch(session);

    expect(await client.pexpiretime(clock)).toBe(granted);
  });

  it('never restart a clock that has run out', async () => {
    const session = await storedSession(0);
    await client.del(`idle:{${session.id}}`);

    await store.touch(session);

    expect(await client.exists(`idle:{${session.id}}`)).toBe(0);
    expect(await store.find(session.id)).toBeNull();
  });

  it('never serve a session past its idle timeout because of a remembered clock', async () => {
    const session = await storedSession(0, { idleTimeout: 300 });
    let aliveAfterItsClock = 0;

    await eventually(async () => {
      const hasClock = (await client.exists(`idle:{${session.id}}`)) === 1;
      const found = await store.find(session.id);
      if (!hasClock && found !== null) aliveAfterItsClock += 1;
      return found === null;
    });

    expect(aliveAfterItsClock).toBe(0);
  });
});
