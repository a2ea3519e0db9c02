import { Logger } from '@nestjs/common';
import { Transport } from '@nestjs/microservices';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import type { Session } from '../session/session.js';
import { encodeSession } from '../session/session-record.js';
import { RpcCounters } from './rpc.counters.js';
import { MovedClock } from '../../test-support/moved-clock.js';
import { fieldsOf, sampleSession } from '../../test-support/sample-session.js';
import { IntrospectionCalls } from './introspection-calls.js';
import { RpcSessionStore } from './rpc-session.store.js';
import { type RpcOptions, rpcLimitsOf } from './rpc.options.js';
import { ScriptedClient } from './test-support/scripted.client.js';

const never = () => new Promise<never>(() => undefined);

describe('RpcSessionStore', () => {
  const clock = MovedClock.forEachTest();
  let auth: ScriptedClient;
  let counters: RpcCounters;

  beforeEach(() => {
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    counters = new RpcCounters();
    auth = new ScriptedClient();
    auth.answers['session.introspect'] = () => ({});
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  function open(rpc: Partial<RpcOptions> = {}): RpcSessionStore {
    const limits = rpcLimitsOf({ client: { transport: Transport.TCP }, ...rpc });
    return new RpcSessionStore(
      new IntrospectionCalls(auth, limits, counters),
      { service: 'orders', touchInterval: 60_000, cache: limits.cache },
      counters,
    );
  }

  /** Makes the service know a session with this remaining idle timeout, in milliseconds. */
  function know(session: Session, idleLeft?: number): void {
    auth.answers['session.introspect'] = ({ id }) =>
      id === session.id ? { session: encodeSession(session), idleLeft } : {};
    auth.answers['session.touch'] = () => ({ live: true, idleLeft: session.idleTimeout });
  }

  const timesAsked = (pattern: string) =>
    auth.received.filter(([asked]) => asked === pattern).length;

  it('returns the session as it was sent, and requests it by its ID alone', async () => {
    const session = sampleSession();
    know(session);

    const found = await open().find(session.id);

    expect(fieldsOf(found)).toEqual(fieldsOf(session));
    expect(auth.received).toEqual([['session.introspect', { id: session.id, fresh: false }]]);
  });

  it('forwards the requirement of a fresh answer', async () => {
    const session = sampleSession();

    await open().find(session.id, { fresh: true });

    expect(auth.received).toEqual([['session.introspect', { id: session.id, fresh: true }]]);
  });

  describe('on any answer', () => {
    const session = sampleSession();
    const { id } = session;
    const record = encodeSession(session);

    const notSessions: [what: string, answer: unknown][] = [
      ['nothing', undefined],
      ['null', null],
      ['text', record],
      ['a list', [record]],
      ['a number', { session: 5 }],
      ['an object', { session: JSON.parse(record) as unknown }],
      ['another session', { session: encodeSession(sampleSession()) }],
      ['another version', { session: record.replace('"v":1', '"v":2') }],
      ['half a record', { session: record.slice(0, -1) }],
      ['roles as text', { session: record.replace(/\[.*?\]/, '"orders"') }],
    ];

    it('finds no session unless the answer is a record of that session', () =>
      eachRow(
        notSessions,
        async ([, answer]) => {
          const before = counters.malformedReplies;
          auth.answers['session.introspect'] = () => answer;

          expect(await open().find(id)).toBeNull();

          expect(counters.malformedReplies).toBe(before + 1);
        },
        ([what]) => what,
      ));

    it('finds no session when the session has expired', async () => {
      const ended = sampleSession({ id, absoluteExpiresAt: Date.now() - 1 });
      know(ended);

      expect(await open().find(id)).toBeNull();
      expect(counters.malformedReplies).toBe(0);
    });

    it('rejects a malformed outcome, and ignores malformed attributes', async () => {
      auth.answers['session.add'] = () => ({ outcome: 'perhaps' });
      auth.answers['session.additions'] = () => ({ additions: [{ name: 'coupon', value: 5 }] });
      const store = open();

      const added = store.add(session, { service: 'orders', name: 'coupon', value: '5' });

      await expect(added).rejects.toBeInstanceOf(SessionStoreUnavailableError);
      expect(await store.attributes(id, 'orders')).toEqual(new Map());
      expect(counters.malformedReplies).toBe(2);
    });
  });

  it('adds attributes only under its own service name', async () => {
    auth.answers['session.add'] = () => ({ outcome: 'added' });
    const store = open();
    const session = sampleSession();

    const add = (service: string) => store.add(session, { service, name: 'coupon', value: '5' });

    expect(await add('orders')).toBe('added');
    await expect(add('products')).rejects.toBeInstanceOf(SessionOptionsError);
    expect(auth.received).toEqual([
      ['session.add', { id: session.id, name: 'coupon', value: '5' }],
    ]);
  });

  it('sends two requests for a hundred concurrent look-ups', async () => {
    const session = sampleSession();
    know(session);
    const store = open();

    const found = await Promise.all(
      Array.from({ length: 100 }, async () => store.find(session.id)),
    );

    expect(found.every((it) => it?.id === session.id)).toBe(true);
    expect(auth.received).toHaveLength(2);
    expect(counters).toMatchObject({ calls: 2, joined: 98 });
  });

  describe('on a touch', () => {
    it('makes one call for many requests', async () => {
      const session = sampleSession();
      know(session, session.idleTimeout / 2);
      const store = open();
      await store.find(session.id);

      const first = store.touch(session);
      expect(store.touch(session)).toBeUndefined();
      await first;
      expect(store.touch(session)).toBeUndefined();

      expect(timesAsked('session.touch')).toBe(1);
    });

    it('makes no call when another process renewed the session a moment ago', async () => {
      const session = sampleSession();
      know(session, session.idleTimeout - 1_000);
      const store = open();
      await store.find(session.id);

      expect(store.touch(session)).toBeUndefined();
    });

    it('calls again after a failure', async () => {
      const session = sampleSession();
      know(session, session.idleTimeout / 2);
      auth.answers['session.touch'] = never;
      const store = open({ timeout: '20ms' });

      await expect(store.touch(session)).rejects.toBeInstanceOf(SessionStoreUnavailableError);
      know(session);
      await store.touch(session);

      expect(timesAsked('session.touch')).toBe(2);
    });

    it('waits for its interval even when the auth service renews less often', async () => {
      const session = sampleSession();
      know(session);
      // The other side skipped the renewal.
      auth.answers['session.touch'] = () => ({ live: true, idleLeft: session.idleTimeout / 2 });
      const store = open();
      await store.touch(session);

      expect(store.touch(session)).toBeUndefined();
    });
  });

  describe('with a cache', () => {
    it('does not request a session again unless the answer must be fresh', async () => {
      const session = sampleSession();
      know(session, session.idleTimeout);
      const store = open({ cache: '1h' });
      await store.find(session.id);

      expect(store.peek(session.id)).toMatchObject({ id: session.id });
      await store.find(session.id, { fresh: true });

      expect(auth.received).toHaveLength(2);
      expect(counters).toMatchObject({ cacheHits: 1, calls: 2 });
    });

    it('counts a hit once, whether it is peeked at or found', async () => {
      const session = sampleSession();
      know(session, session.idleTimeout);
      const store = open({ cache: '1h' });
      expect(store.peek(session.id)).toBeUndefined();
      await store.find(session.id);
      expect(counters).toMatchObject({ cacheHits: 0, calls: 1 });

      store.peek(session.id);
      await store.find(session.id);

      expect(counters).toMatchObject({ cacheHits: 2, calls: 1 });
    });

    it('does not cache by default', async () => {
      const session = sampleSession();
      know(session, session.idleTimeout);
      const store = open();
      await store.find(session.id);
      await store.find(session.id);

      expect(auth.received).toHaveLength(2);
    });

    it('requests the session again after the cache duration', async () => {
      const session = sampleSession();
      know(session, session.idleTimeout);
      const store = open({ cache: '200ms' });
      await store.find(session.id);

      clock.forward(150);
      expect(store.peek(session.id)).toBeDefined();
      clock.forward(50);
      expect(store.peek(session.id)).toBeUndefined();
    });

    it.each([
      ['idle timeout', { idleTimeout: 2_000 }, 2_000],
      ['idle timeout as far as it is known', {}, 2_000],
    ])('requests the session again at the end of the %s', async (_, changes, idleLeft) => {
      const session = sampleSession(changes);
      know(session, idleLeft);
      const store = open({ cache: '1h' });
      await store.find(session.id);

      expect(store.peek(session.id)).toBeDefined();
      clock.forward(2_000);
      expect(store.peek(session.id)).toBeUndefined();
    });

    it('requests the session again at the end of the absolute timeout', async () => {
      const session = sampleSession({ absoluteExpiresAt: Date.now() + 5_000 });
      know(session, session.idleTimeout);
      const store = open({ cache: '1h' });
      await store.find(session.id);

      expect(store.peek(session.id)).toBeDefined();
      clock.forward(5_000);
      expect(store.peek(session.id)).toBeUndefined();
      expect(await store.find(session.id)).toBeNull();
    });

    it('does not cache a session whose remaining idle timeout is unknown', async () => {
      const session = sampleSession();
      know(session);
      const store = open({ cache: '1h' });
      await store.find(session.id);
      await store.find(session.id);

      expect(auth.received).toHaveLength(2);
    });

    it('drops a session when a fresh answer reports its end', async () => {
      const session = sampleSession();
      know(session, session.idleTimeout);
      const store = open({ cache: '1h' });
      await store.find(session.id);
      auth.answers['session.introspect'] = () => ({});

      expect(await store.find(session.id, { fresh: true })).toBeNull();
      expect(await store.find(session.id)).toBeNull();
    });

    it('drops a session when a touch reports its end', async () => {
      const session = sampleSession();
      know(session, session.idleTimeout / 2);
      const store = open({ cache: '1h' });
      await store.find(session.id);
      auth.answers['session.touch'] = () => ({ live: false });
      await store.touch(session);

      expect(store.peek(session.id)).toBeUndefined();
    });

    it('keeps no more entries than configured', async () => {
      const sessions = [sampleSession(), sampleSession(), sampleSession()];
      auth.answers['session.introspect'] = ({ id }) => {
        const session = sessions.find((it) => it.id === id);
        return session && { session: encodeSession(session), idleLeft: session.idleTimeout };
      };
      const store = open({ cache: '1h', cacheEntries: 2 });
      for (const { id } of sessions) await store.find(id);

      expect(sessions.map(({ id }) => store.peek(id) === undefined)).toEqual([true, false, false]);
    });
  });
});
