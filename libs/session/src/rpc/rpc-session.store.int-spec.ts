import { Logger } from '@nestjs/common';
import { Transport } from '@nestjs/microservices';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { freePort } from '../../../../tools/processes/free-port';
import { eventually } from '../../../../tools/testing/eventually';
import { CallKeys } from '../calls/call.options';
import { CallTokens } from '../calls/call-tokens';
import { SessionOptionsError } from '../errors/session-options.error';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error';
import type { Session } from '../session/session';
import { encodeSession } from '../session/session-record';
import { SessionCounters } from '../store/session-counters';
import { fieldsOf, sampleSession } from '../testing/sample-session';
import { IntrospectionCalls } from './introspection-calls';
import { openIntrospectionClient } from './open-introspection-client';
import { RpcSessionStore } from './rpc-session.store';
import { type RpcOptions, rpcLimitsOf } from './rpc.options';
import { CALLS } from './testing/rpc-apps';
import { ScriptedAuth } from './testing/scripted-auth';

const never = () => new Promise<never>(() => undefined);

describe('a store that asks another service', () => {
  const opened: IntrospectionCalls[] = [];
  let auth: ScriptedAuth;
  let counters: SessionCounters;
  let warn: jest.SpyInstance;

  beforeEach(async () => {
    warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    counters = new SessionCounters();
    auth = await ScriptedAuth.start();
    auth.answers['session.introspect'] = () => ({});
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((it) => it.onApplicationShutdown()));
    await auth.stop();
    jest.restoreAllMocks();
  });

  async function open(rpc: Partial<RpcOptions> = {}, port = auth.port): Promise<RpcSessionStore> {
    const options = { host: '127.0.0.1', port };
    const limits = rpcLimitsOf({ client: { transport: Transport.TCP, options }, ...rpc });
    const tokens = new CallTokens('orders', new CallKeys(CALLS));
    const client = await openIntrospectionClient(limits, tokens);
    const calls = new IntrospectionCalls(client, limits, counters.rpc);
    opened.push(calls);
    return new RpcSessionStore(
      calls,
      { service: 'orders', touchInterval: 60_000, cache: limits.cache },
      counters,
    );
  }

  /** Has the service know a session, whose idle timeout goes on for so long. */
  function know(session: Session, idleLeft?: number): void {
    auth.answers['session.introspect'] = ({ id }) =>
      id === session.id ? { session: encodeSession(session), idleLeft } : {};
    auth.answers['session.touch'] = () => ({ live: true, idleLeft: session.idleTimeout });
  }

  const timesAsked = (pattern: string) => auth.patterns.filter((it) => it === pattern).length;

  it('gives the session as it was sent, and asks by its id alone', async () => {
    const session = sampleSession();
    know(session);

    const found = await (await open()).find(session.id);

    expect(fieldsOf(found)).toEqual(fieldsOf(session));
    expect(auth.received).toEqual([['session.introspect', { id: session.id, fresh: false }]]);
  });

  it('passes on that an answer has to be fresh', async () => {
    const session = sampleSession();

    await (await open()).find(session.id, { fresh: true });

    expect(auth.received).toEqual([['session.introspect', { id: session.id, fresh: true }]]);
  });

  describe('whatever is answered', () => {
    const session = sampleSession();
    const { id } = session;
    const record = encodeSession(session);

    it.each<[string, unknown]>([
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
    ])('takes %s for no session', async (_, answer) => {
      auth.answers['session.introspect'] = () => answer;
      const store = await open();

      const outcome = await Promise.resolve(store.find(id)).catch((error: unknown) => error);

      // An answer without a value is none at all.
      if (answer === undefined) expect(outcome).toBeInstanceOf(SessionStoreUnavailableError);
      else expect(outcome).toBeNull();
      expect(counters.rpc.malformedReplies).toBe(answer === undefined ? 0 : 1);
    });

    it('takes a session that has ended for none', async () => {
      const ended = sampleSession({ id, absoluteExpiresAt: Date.now() - 1 });
      know(ended);

      expect(await (await open()).find(id)).toBeNull();
      expect(counters.rpc.malformedReplies).toBe(0);
    });

    it('does not take something else for an addition', async () => {
      auth.answers['session.add'] = () => ({ outcome: 'perhaps' });
      auth.answers['session.additions'] = () => ({ additions: [{ name: 'coupon', value: 5 }] });
      const store = await open();

      const added = store.add(session, { service: 'orders', name: 'coupon', value: '5' });

      await expect(added).rejects.toBeInstanceOf(SessionStoreUnavailableError);
      expect(await store.additions(id, 'orders')).toEqual(new Map());
      expect(counters.rpc.malformedReplies).toBe(2);
    });
  });

  it('adds under its own name only', async () => {
    auth.answers['session.add'] = () => ({ outcome: 'added' });
    const store = await open();
    const session = sampleSession();

    const add = (service: string) => store.add(session, { service, name: 'coupon', value: '5' });

    expect(await add('orders')).toBe('added');
    await expect(add('products')).rejects.toBeInstanceOf(SessionOptionsError);
    expect(auth.received).toEqual([
      ['session.add', { id: session.id, name: 'coupon', value: '5' }],
    ]);
  });

  it('asks twice for a hundred that come at once', async () => {
    const session = sampleSession();
    know(session);
    const store = await open();

    const found = await Promise.all(
      Array.from({ length: 100 }, async () => store.find(session.id)),
    );

    expect(found.every((it) => it?.id === session.id)).toBe(true);
    expect(auth.received).toHaveLength(2);
    expect(counters.rpc).toMatchObject({ calls: 2, joined: 98 });
  });

  describe('touching', () => {
    it('is one call for many requests', async () => {
      const session = sampleSession();
      know(session, session.idleTimeout / 2);
      const store = await open();
      await store.find(session.id);

      const first = store.touch(session);
      expect(store.touch(session)).toBeUndefined();
      await first;
      expect(store.touch(session)).toBeUndefined();

      expect(timesAsked('session.touch')).toBe(1);
    });

    it('is left out when somebody else did it a moment ago', async () => {
      const session = sampleSession();
      know(session, session.idleTimeout - 1_000);
      const store = await open();
      await store.find(session.id);

      expect(store.touch(session)).toBeUndefined();
    });

    it('is done again when it failed', async () => {
      const session = sampleSession();
      know(session, session.idleTimeout / 2);
      auth.answers['session.touch'] = never;
      const store = await open({ timeout: '100ms' });

      await expect(store.touch(session)).rejects.toBeInstanceOf(SessionStoreUnavailableError);
      know(session);
      await store.touch(session);

      expect(timesAsked('session.touch')).toBe(2);
    });

    it('waits for its interval also where the other side slides more seldom', async () => {
      const session = sampleSession();
      know(session);
      // The slide was passed over.
      auth.answers['session.touch'] = () => ({ live: true, idleLeft: session.idleTimeout / 2 });
      const store = await open();
      await store.touch(session);

      expect(store.touch(session)).toBeUndefined();
    });
  });

  describe('with a cache', () => {
    it('does not ask again, unless the answer has to be fresh', async () => {
      const session = sampleSession();
      know(session, session.idleTimeout);
      const store = await open({ cache: '1h' });
      await store.find(session.id);

      expect(store.find(session.id)).toMatchObject({ id: session.id });
      await store.find(session.id, { fresh: true });

      expect(auth.received).toHaveLength(2);
      expect(counters.rpc).toMatchObject({ cacheHits: 1, calls: 2 });
    });

    it('does without one by default', async () => {
      const session = sampleSession();
      know(session, session.idleTimeout);
      const store = await open();
      await store.find(session.id);
      await store.find(session.id);

      expect(auth.received).toHaveLength(2);
    });

    it('asks again after its time', async () => {
      const session = sampleSession();
      know(session, session.idleTimeout);
      const store = await open({ cache: '200ms' });
      await store.find(session.id);

      await eventually(() => store.find(session.id) instanceof Promise);
    });

    it.each([
      ['idle timeout', { idleTimeout: 200 }, 200],
      ['idle timeout as far as it is known', {}, 200],
    ])('asks again at the end of the %s', async (_, changes, idleLeft) => {
      const session = sampleSession(changes);
      know(session, idleLeft);
      const store = await open({ cache: '1h' });
      await store.find(session.id);

      await eventually(() => store.find(session.id) instanceof Promise);
    });

    it('asks again at the end of the absolute timeout', async () => {
      const session = sampleSession({ absoluteExpiresAt: Date.now() + 500 });
      know(session, session.idleTimeout);
      const store = await open({ cache: '1h' });
      await store.find(session.id);

      await eventually(() => store.find(session.id) instanceof Promise);
      expect(await store.find(session.id)).toBeNull();
    });

    it('keeps nothing whose idle timeout it does not know', async () => {
      const session = sampleSession();
      know(session);
      const store = await open({ cache: '1h' });
      await store.find(session.id);
      await store.find(session.id);

      expect(auth.received).toHaveLength(2);
    });

    it('drops what is found to have ended', async () => {
      const session = sampleSession();
      know(session, session.idleTimeout);
      const store = await open({ cache: '1h' });
      await store.find(session.id);
      auth.answers['session.introspect'] = () => ({});

      expect(await store.find(session.id, { fresh: true })).toBeNull();
      expect(await store.find(session.id)).toBeNull();
    });

    it('drops what a touch finds to have ended', async () => {
      const session = sampleSession();
      know(session, session.idleTimeout / 2);
      const store = await open({ cache: '1h' });
      await store.find(session.id);
      auth.answers['session.touch'] = () => ({ live: false });
      await store.touch(session);

      expect(store.find(session.id)).toBeInstanceOf(Promise);
    });

    it('keeps so many and no more', async () => {
      const sessions = [sampleSession(), sampleSession(), sampleSession()];
      auth.answers['session.introspect'] = ({ id }) => {
        const session = sessions.find((it) => it.id === id);
        return session && { session: encodeSession(session), idleLeft: session.idleTimeout };
      };
      const store = await open({ cache: '1h', cacheEntries: 2 });
      for (const { id } of sessions) await store.find(id);

      expect(sessions.map(({ id }) => store.find(id) instanceof Promise)).toEqual([
        true,
        false,
        false,
      ]);
    });
  });

  describe('when the other service does not answer', () => {
    const session = sampleSession();
    const ask = (store: RpcSessionStore) =>
      Promise.resolve(store.find(session.id)).catch((error: unknown) => error);

    it('gives up after its time, and sends nothing twice', async () => {
      auth.answers['session.introspect'] = never;
      const store = await open({ timeout: '100ms' });

      expect(await ask(store)).toBeInstanceOf(SessionStoreUnavailableError);

      expect(auth.received).toHaveLength(1);
      expect(counters.rpc).toMatchObject({ calls: 1, failures: 1, retries: 0 });
    });

    it('says so when it answers that its own store is away', async () => {
      auth.answers['session.introspect'] = () => {
        throw new SessionStoreUnavailableError();
      };

      expect(await ask(await open())).toBeInstanceOf(SessionStoreUnavailableError);
    });

    it('tries twice to connect, and asks no more after some failures', async () => {
      await auth.stop();
      const store = await open({ breaker: { failures: 3, pause: '1h' } });

      for (let i = 0; i < 5; i += 1) {
        expect(await ask(store)).toBeInstanceOf(SessionStoreUnavailableError);
      }

      expect(counters.rpc).toMatchObject({
        calls: 3,
        retries: 3,
        failures: 3,
        refusals: 2,
        isOpen: true,
      });
    });

    it('asks again by itself once it is back', async () => {
      know(session);
      await auth.stop();
      const store = await open({ breaker: { failures: 1, pause: '50ms' } });
      await ask(store);
      expect(counters.rpc.isOpen).toBe(true);

      await auth.startAgain();
      await eventually(async () => (await ask(store)) !== null && !counters.rpc.isOpen);

      expect(await ask(store)).toMatchObject({ id: session.id });
    });

    it('says at start that it is away, and starts all the same', async () => {
      await auth.stop();
      const store = await open();

      store.onApplicationBootstrap();

      await eventually(() =>
        warn.mock.calls.some(([line]) => String(line).includes('does not answer')),
      );
    });
  });

  describe('on a connection whose other end has gone without a sign', () => {
    let server: Server;
    const sockets: Socket[] = [];
    let connections = 0;

    beforeEach(async () => {
      connections = 0;
      // The first connection leads nowhere, the others to the service.
      server = createServer((socket) => {
        connections += 1;
        sockets.push(socket);
        socket.on('error', () => undefined);
        if (connections === 1) return;
        const target = connect(auth.port, '127.0.0.1');
        target.on('error', () => socket.destroy());
        socket.on('close', () => target.destroy());
        socket.pipe(target).pipe(socket);
      }).listen(await freePort(), '127.0.0.1');
      await once(server, 'listening');
    });

    afterEach(() => {
      server.close();
      for (const socket of sockets.splice(0)) socket.destroy();
    });

    it('makes another one', async () => {
      const session = sampleSession();
      know(session);
      const { port } = server.address() as { port: number };
      const store = await open({ timeout: '100ms', breaker: { failures: 2, pause: '50ms' } }, port);
      const ask = () => Promise.resolve(store.find(session.id)).catch(() => null);
      expect(await ask()).toBeNull();

      await eventually(async () => (await ask()) !== null);

      expect(connections).toBe(2);
    });
  });
});
