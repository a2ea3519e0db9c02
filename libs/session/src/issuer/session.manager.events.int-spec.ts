import { Logger } from '@nestjs/common';
import { firstValueFrom, take, toArray } from 'rxjs';
import { eventually } from '../../../../tools/testing/eventually';
import { NO_SECURITY_LOG } from '../audit/no-security.log';
import { MemorySessionEventLog } from '../events/memory-session-event.log';
import { RedisSessionEventLog } from '../events/redis-session-event.log';
import type { SessionEvent } from '../events/session-event';
import type { SessionEventLog, WatchedSession } from '../events/session-event.log';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error';
import { SessionEvents } from '../events/session-events';
import type { IssuerSessionStore } from '../store/issuer-session.store';
import { MemorySessionStore } from '../store/memory-session.store';
import { RedisIssuerSessionStore } from '../store/redis-issuer-session.store';
import { RedisSessionStore } from '../store/redis-session.store';
import { SessionCounters } from '../store/session-counters';
import type { SessionStore } from '../store/session.store';
import { startedRedis } from '../testing/started-redis';
import { ExpiryWatch } from './expiry-watch';
import { SessionEventRecorder } from './session-event.recorder';
import { type SessionIssuerModuleOptions, SessionIssuerOptions } from './session-issuer.options';
import { type NewSession, SessionManager } from './session.manager';

const ada: NewSession = { user: { id: 'u-1', username: 'ada' }, roles: ['orders'] };

/** What one process of the issuing app is made of. */
class Issuer {
  readonly counters = new SessionCounters();
  readonly told: SessionEvent[] = [];
  readonly manager: SessionManager;
  readonly watch: ExpiryWatch;

  constructor(
    store: IssuerSessionStore,
    readonly log: SessionEventLog,
    given: SessionIssuerModuleOptions = {},
  ) {
    const options = new SessionIssuerOptions(given);
    const events = new SessionEvents(log);
    events.all.subscribe((event) => this.told.push(event));
    const recorder = new SessionEventRecorder(log, events, this.counters, options, NO_SECURITY_LOG);
    this.manager = new SessionManager(store, options, recorder);
    this.watch = new ExpiryWatch(store, log, recorder);
  }

  /** All events of the log, which are so many. */
  logged(count: number): Promise<SessionEvent[]> {
    return firstValueFrom(this.log.after('0-0').pipe(take(count), toArray()));
  }
}

const redis = startedRedis();

interface Ground {
  readonly store: SessionStore;
  readonly issuerStore: IssuerSessionStore;
  readonly log: SessionEventLog;
}

const grounds: [name: string, prepare: () => Ground][] = [
  [
    'Redis',
    () => ({
      store: new RedisSessionStore(redis.client, 60_000),
      issuerStore: new RedisIssuerSessionStore(redis.client),
      log: new RedisSessionEventLog(redis.client),
    }),
  ],
  [
    'memory',
    () => {
      const store = new MemorySessionStore();
      return { store, issuerStore: store, log: new MemorySessionEventLog() };
    },
  ],
];

describe.each(grounds)('the events of SessionManager on %s', (_, prepare) => {
  let ground: Ground;

  beforeEach(() => {
    ground = prepare();
  });

  const issuerWith = (given: SessionIssuerModuleOptions = {}) =>
    new Issuer(ground.issuerStore, ground.log, given);

  it('tell who had what done to whose session, and why', async () => {
    const issuer = issuerWith();
    const { manager } = issuer;
    const startedAt = Date.now();
    const { session } = await manager.create(ada, { by: 'u-1', reason: 'signed-in' });
    await manager.setRoles('u-1', ['products'], { by: 'admin-1' });
    const rotated = await manager.rotate(session.id, { by: 'u-1', reason: 'password-changed' });
    const id = rotated?.session.id ?? '';
    await manager.revoke(id, ({ user }) => ({ by: user.id, reason: 'signed-out' }));

    const base = { userId: 'u-1', at: expect.any(Number) as number };
    const expected = [
      {
        ...base,
        type: 'created',
        sessionId: session.id,
        by: 'u-1',
        reason: 'signed-in',
        roles: ['orders'],
      },
      {
        ...base,
        type: 'rolesChanged',
        sessionId: session.id,
        by: 'admin-1',
        reason: null,
        roles: ['products'],
      },
      {
        ...base,
        type: 'rotated',
        sessionId: id,
        previousSessionId: session.id,
        by: 'u-1',
        reason: 'password-changed',
      },
      { ...base, type: 'revoked', sessionId: id, by: 'u-1', reason: 'signed-out' },
    ];
    expect(issuer.told).toMatchObject(expected);
    const logged = await issuer.logged(4);
    expect(logged).toMatchObject(expected);
    expect(logged).toEqual(issuer.told);
    for (const { at } of logged) {
      expect(at).toBeGreaterThanOrEqual(startedAt);
      expect(at).toBeLessThanOrEqual(Date.now());
    }
  });

  it('tell of each session that ends with others', async () => {
    const issuer = issuerWith();
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) ids.push((await issuer.manager.create(ada)).session.id);

    await issuer.manager.revokeAll('u-1', { except: ids[0], by: 'admin-1', reason: 'disabled' });

    const ended = issuer.told.filter(({ type }) => type === 'revoked');
    expect(ended.map(({ sessionId }) => sessionId).sort()).toEqual(ids.slice(1).sort());
    expect(ended).toMatchObject([
      { by: 'admin-1', reason: 'disabled' },
      { by: 'admin-1', reason: 'disabled' },
    ]);
  });

  it('tell of a session that had to go because there were too many', async () => {
    const issuer = issuerWith({ maxPerUser: 1 });
    const { session } = await issuer.manager.create(ada);
    await eventually(() => Date.now() > session.createdAt);
    await issuer.manager.create(ada);

    expect(issuer.told).toMatchObject([
      { type: 'created' },
      { type: 'created' },
      { type: 'revoked', sessionId: session.id, by: null, reason: 'too-many' },
    ]);
  });

  it('tell nothing of what did not happen', async () => {
    const issuer = issuerWith();
    const { session } = await issuer.manager.create(ada);
    await issuer.manager.revoke(session.id);
    expect(issuer.told).toHaveLength(2);

    await issuer.manager.revoke(session.id);
    await issuer.manager.rotate(session.id);
    await issuer.manager.revokeAll('u-1');
    await issuer.manager.setRoles('u-1', []);
    await issuer.manager.listByUser('u-1');

    expect(issuer.told).toHaveLength(2);
  });

  describe('an expiry', () => {
    it('is told once, by one of many processes, and clears up what is left', async () => {
      const issuers = [issuerWith({ idleTimeout: 100 }), issuerWith(), issuerWith()];
      const [first] = issuers as [Issuer];
      const { session } = await first.manager.create(ada);
      await eventually(async () => (await ground.store.find(session.id)) === null);

      for (let i = 0; i < 3; i += 1) {
        await Promise.all(issuers.map(({ watch }) => watch.lookOnce()));
      }

      const told = issuers.flatMap((it) => it.told).filter(({ type }) => type === 'expired');
      expect(told).toMatchObject([
        { sessionId: session.id, userId: 'u-1', by: null, reason: null },
      ]);
      expect((await first.logged(2)).map(({ type }) => type)).toEqual(['created', 'expired']);
      expect(await ground.issuerStore.idsOf('u-1')).toEqual([]);
    });

    it('is told also when the process that made the session is gone', async () => {
      const gone = issuerWith({ idleTimeout: 50 });
      await gone.manager.create(ada);
      const other = issuerWith();

      await eventually(async () => {
        await other.watch.lookOnce();
        return other.told.length > 0;
      });

      expect(other.told).toMatchObject([{ type: 'expired', userId: 'u-1' }]);
    });

    it('is told of the absolute timeout as well', async () => {
      const issuer = issuerWith({ idleTimeout: 100, absoluteTimeout: 100 });
      const { session } = await issuer.manager.create(ada);

      await eventually(async () => {
        await ground.store.touch(session);
        await issuer.watch.lookOnce();
        return issuer.told.length > 1;
      });

      expect(issuer.told[1]).toMatchObject({ type: 'expired', sessionId: session.id });
    });

    it('is not told of a session that is used', async () => {
      const issuer = issuerWith({ idleTimeout: 1_500 });
      const { session } = await issuer.manager.create(ada);
      const wouldHaveEnded = Date.now() + 1_600;

      while (Date.now() < wouldHaveEnded) {
        await ground.store.touch(session);
        await issuer.watch.lookOnce();
      }

      expect(issuer.told.map(({ type }) => type)).toEqual(['created']);
      expect(await ground.store.find(session.id)).not.toBeNull();
    });

    it('is not told of a session that was revoked or rotated', async () => {
      const issuer = issuerWith({ idleTimeout: 50 });
      const [one, other] = [await issuer.manager.create(ada), await issuer.manager.create(ada)];
      await issuer.manager.revoke(one.session.id);
      const rotated = await issuer.manager.rotate(other.session.id);

      await eventually(async () => {
        await issuer.watch.lookOnce();
        return issuer.told.at(-1)?.type === 'expired';
      });

      const expired = issuer.told.filter(({ type }) => type === 'expired');
      expect(expired.map(({ sessionId }) => sessionId)).toEqual([rotated?.session.id]);
    });
  });
});

describe('the events of sessions in Redis', () => {
  const issuerWith = (given: SessionIssuerModuleOptions = {}) => {
    const store = new RedisIssuerSessionStore(redis.client);
    return new Issuer(store, new RedisSessionEventLog(redis.client), given);
  };

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('hold no token', async () => {
    const { manager } = issuerWith();
    const { token, session } = await manager.create(ada);
    const rotated = await manager.rotate(session.id);
    await manager.revokeAll('u-1');

    const entries = JSON.stringify(await redis.client.xrange('session-events', '-', '+'));
    expect(entries).toContain(session.id);
    expect(entries).not.toContain(token);
    expect(entries).not.toContain(rotated?.token);
  });

  it('cost nobody the session when they cannot be written, and are counted and logged', async () => {
    const errors = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    await redis.client.set('session-events', 'not a stream', 'PX', 60_000);
    const issuer = issuerWith();

    const { session } = await issuer.manager.create(ada);
    expect(await issuer.manager.find(session.id)).not.toBeNull();
    expect(await issuer.manager.revoke(session.id)).not.toBeNull();

    expect(issuer.counters.lostEvents).toBe(2);
    expect(errors).toHaveBeenCalledWith(
      expect.stringMatching(/^The session store cannot answer\. .*\(WRONGTYPE /),
    );
    expect(errors.mock.contexts[0]).toMatchObject({ context: 'SessionEvents' });
    expect(issuer.told).toMatchObject([{ type: 'created' }, { type: 'revoked' }]);
    expect(issuer.told[0]).not.toHaveProperty('position');
  });

  it('are not written before what they tell of', async () => {
    const store = new RedisIssuerSessionStore(redis.client);
    const found: number[] = [];
    class CuriousLog extends MemorySessionEventLog {
      override async append(...given: Parameters<SessionEventLog['append']>): Promise<string> {
        found.push((await store.idsOf('u-1')).length);
        return super.append(...given);
      }
    }
    const { manager } = new Issuer(store, new CuriousLog());

    const { session } = await manager.create(ada);
    await manager.revoke(session.id);

    expect(found).toEqual([1, 0]);
  });

  it('bring an index entry back that was lost, when the session is looked at', async () => {
    const issuer = issuerWith({ idleTimeout: 1_500 });
    const { session } = await issuer.manager.create(ada);
    await redis.client.del('user-sessions:{u-1}');
    const store = new RedisSessionStore(redis.client, 60_000);

    await eventually(async () => {
      await store.touch(session);
      await issuer.watch.lookOnce();
      return (await redis.client.exists('user-sessions:{u-1}')) === 1;
    });

    expect(await issuer.manager.revokeAll('u-1')).toBe(1);
    expect(await store.find(session.id)).toBeNull();
  });

  it('are none of a session that has ended by the clock of this process alone', async () => {
    const issuer = issuerWith();
    const { session } = await issuer.manager.create(ada);
    const key = `session:{${session.id}}`;
    const fast = Date.now() + session.absoluteExpiresAt - session.createdAt;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(fast);

    await issuer.watch.lookOnce();
    clock.mockRestore();

    expect(await redis.client.exists(key)).toBe(1);
    expect(issuer.told.map(({ type }) => type)).toEqual(['created']);
    expect(await issuer.manager.find(session.id)).not.toBeNull();
  });

  it('leave a record alone that another release wrote', async () => {
    const issuer = issuerWith({ idleTimeout: 60_000 });
    const { session } = await issuer.manager.create(ada);
    const key = `session:{${session.id}}`;
    await redis.client.set(key, '{"v":2}', 'KEEPTTL');
    await redis.client.zadd('watched-sessions:{session-events}', 'XX', 1, `${session.id}u-1`);

    await issuer.watch.lookOnce();

    expect(await redis.client.get(key)).toBe('{"v":2}');
    expect(issuer.told.map(({ type }) => type)).toEqual(['created']);
    expect(await issuer.log.due(10)).toEqual([]);
  });

  it('are looked for again after Redis did not answer, which is told once', async () => {
    const errors = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    class AwayAtFirst extends MemorySessionEventLog {
      asked = 0;
      override due(limit: number): Promise<WatchedSession[]> {
        this.asked += 1;
        if (this.asked > 2) return super.due(limit);
        return Promise.reject(new SessionStoreUnavailableError());
      }
    }
    const log = new AwayAtFirst();
    const { watch } = new Issuer(new MemorySessionStore(), log);

    watch.onApplicationBootstrap();
    await eventually(() => log.asked > 2);
    await watch.beforeApplicationShutdown();

    expect(errors.mock.calls).toEqual([
      [expect.stringMatching(/^The session store cannot answer\./)],
    ]);
    expect(errors.mock.contexts).toEqual([expect.objectContaining({ context: 'ExpiryWatch' })]);
    errors.mockRestore();
  });

  it('are told by a process that looks by itself, while it runs', async () => {
    const issuer = issuerWith({ idleTimeout: 50 });
    issuer.watch.onApplicationBootstrap();
    await issuer.manager.create(ada);

    await eventually(() => issuer.told.at(-1)?.type === 'expired');
    await issuer.manager.create(ada);
    await eventually(() => issuer.told.length === 4);
    await issuer.watch.beforeApplicationShutdown();

    expect(issuer.told.map(({ type }) => type)).toEqual([
      'created',
      'expired',
      'created',
      'expired',
    ]);
  });
});
