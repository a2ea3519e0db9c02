import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Transport } from '@nestjs/microservices';
import { NatsServer } from '../../../../tools/nats/nats-server.js';
import { freePort } from '../../../../tools/processes/free-port.js';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { managerOf } from '../../test-support/manager-of.js';
import type { IssuedSession, SessionManager } from '../issuer/session.manager.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { httpAdapters, type ListeningApp } from '../../test-support/http-adapters.js';
import { startedRedis } from '../../test-support/started-redis.js';
import type { CalledController, Received } from './test-support/called.controller.js';
import type { CallingController } from './test-support/calling.controller.js';
import { type CallingServices, startCalled, startCalling } from './test-support/services.js';

const calls = { secret: 'a secret that both services know, of 32 bytes or more' };
const signed = { calling: { calls }, called: { calls } };

const [[, express], [, fastify]] = httpAdapters as [
  (typeof httpAdapters)[0],
  (typeof httpAdapters)[0],
];

const DENIED = { status: 'error', code: 'ERR_SESSION_REQUIRED' };
const FORBIDDEN = { status: 'error', code: 'ERR_SESSION_ROLE_REQUIRED' };

describe.each(httpAdapters)('a call from a service on %s', (_, makeAdapter) => {
  describe.each<[string, Pick<CallingServices, 'calling' | 'called'>]>([
    ['the token', {}],
    ['a signature', signed],
  ])('over TCP with %s', (mode, options) => {
    let store: MemorySessionStore;
    let manager: SessionManager;
    let called: ListeningApp & { controller: CalledController };
    let calling: ListeningApp & { controller: CallingController };
    /** Service that forwards the calls it receives to the called service. */
    let between: ListeningApp & { controller: CallingController };
    let ada: IssuedSession;

    beforeAll(async () => {
      store = new MemorySessionStore();
      manager = managerOf(store);
      const transport = await tcp();
      const own = await tcp();
      called = await startCalled(makeAdapter, { store, transport, ...options });
      between = await startCalling(
        makeAdapter,
        {
          store,
          transport,
          calling: { ...options.calling, options: { service: 'called' } },
        },
        own,
      );
      calling = await startCalling(makeAdapter, { store, transport: own, ...options });
      ada = await signIn('ada', ['orders']);
    });
    afterAll(async () => {
      await Promise.all([calling, between, called].map(({ app }) => app.close()));
    });

    function signIn(username: string, roles: string[]): Promise<IssuedSession> {
      return manager.create({ user: { id: username, username }, roles: roles });
    }

    async function ask(
      path: string,
      token?: string,
      body: object = { data: {} },
    ): Promise<unknown> {
      const response = await fetch(`${between.url}/${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token ? { cookie: `__Host-sid=${token}` } : {}),
        },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      return text === '' ? response.status : JSON.parse(text);
    }

    it('is on behalf of the current session', async () => {
      expect(await ask('send/any', ada.token)).toMatchObject({
        session: ada.session.id,
        username: 'ada',
      });
      expect(await ask('observe/any', ada.token)).toMatchObject({ session: ada.session.id });
    });

    it('names the calling service only when it is signed', async () => {
      const { caller } = (await ask('send/any', ada.token)) as Received;
      expect(caller).toBe(mode === 'a signature' ? 'called' : undefined);
    });

    it('leaves the data for the handler unchanged', () =>
      eachRow<unknown>(
        [
          { a: 1 },
          [1, 2],
          'text',
          0,
          // Data that looks like an envelope.
          { '@session': { authorization: 'Bearer x' }, data: 1 },
        ],
        async (data) => {
          expect(await ask('send/any', ada.token, { data })).toMatchObject({ data });
          expect(await ask('send/public', ada.token, { data })).toEqual({ data });
        },
      ));

    it('is checked against the roles of the handler', async () => {
      expect(await ask('send/role', ada.token)).toMatchObject(FORBIDDEN);
      const writer = await signIn('grace', ['orders:write']);
      expect(await ask('send/role', writer.token)).toEqual({ session: writer.session.id });
    });

    it('is denied after the session has ended', async () => {
      const gone = await signIn('alan', ['orders']);
      between.controller.beforeCall = async () => {
        await manager.revoke(gone.session.id);
      };
      expect(await ask('late/any', gone.token)).toMatchObject(DENIED);
    });

    it('is anonymous in an anonymous request', async () => {
      expect(await ask('anonymous/any')).toMatchObject(DENIED);
      expect(await ask('anonymous/own')).toMatchObject(DENIED);
      expect(await ask('anonymous/public')).toEqual({ data: {} });
      // A session that the route has not read does not count.
      expect(await ask('anonymous/any', ada.token)).toMatchObject(DENIED);
    });

    it('does not mix up concurrent sessions', async () => {
      const many = await Promise.all(
        Array.from({ length: 50 }, (__, i) => signIn(`user-${i}`, ['orders'])),
      );
      between.controller.beforeCall = () => delay(20 * Math.random());
      const outcomes = await Promise.all(many.map(({ token }) => ask('late/any', token)));
      expect(outcomes.map((it) => (it as Received).session)).toEqual(
        many.map(({ session }) => session.id),
      );
    });

    it('keeps the session of its request when it follows the answer to another call', async () => {
      const bob = await signIn('bob', ['orders']);
      // Ada's request is answered, and all requests share the connection that it opened.
      await ask('send/any', ada.token);
      expect(await ask('again/any', bob.token)).toMatchObject({ session: bob.session.id });
    });

    describe('over a connection that the request of another user has opened', () => {
      const steps = new EventEmitter();
      let services: [Awaited<ReturnType<typeof startCalled>>, typeof calling];

      beforeEach(async () => {
        const transport = await tcp();
        services = [
          await startCalled(makeAdapter, { store, transport, ...options }),
          await startCalling(makeAdapter, { store, transport, ...options }),
        ];
      });
      afterEach(async () => {
        steps.emit('goOn');
        await Promise.all(services.map(({ app }) => app.close()));
      });

      it('uses the session of its own request', async () => {
        const bob = await signIn('bob', ['orders']);
        const [, { controller, url }] = services;
        controller.beforeCall = async () => {
          await controller.byItself('any');
          steps.emit('begun');
          await once(steps, 'goOn');
        };
        const post = async (path: string, token: string): Promise<unknown> => {
          const headers = { authorization: `Bearer ${token}` };
          return (await fetch(`${url}/${path}`, { method: 'POST', headers })).json();
        };
        const begun = once(steps, 'begun');
        const open = post('late/any', ada.token);
        await begun;

        expect(await post('again/any', bob.token)).toMatchObject({ session: bob.session.id });

        steps.emit('goOn');
        expect(await open).toMatchObject({ session: ada.session.id });
      });
    });

    describe('that is delayed', () => {
      const steps = new EventEmitter();

      beforeEach(() => {
        between.controller.beforeCall = async () => {
          steps.emit('begun');
          await once(steps, 'goOn');
        };
      });

      const outcome = () => {
        steps.emit('goOn');
        return between.controller.outcome;
      };

      async function answered(body: object, token = ada.token): Promise<void> {
        expect(await ask('afterwards/any', token, body)).toBe(202);
        // The server handles the next request after it has closed this response.
        await ask('send/any', token);
      }

      it('until after the response is rejected with RequestEndedError', async () => {
        await answered({});
        expect(await outcome()).toMatchObject({
          name: 'RequestEndedError',
          message: expect.stringMatching(
            /^'called' was not called: .* has already been answered/,
          ) as string,
        });
      });

      it('until after the response carries the session if it was bound', async () => {
        await answered({ isBound: true });
        expect(await outcome()).toMatchObject({ session: ada.session.id });
      });

      it('is denied after the session has ended, even if it was bound', async () => {
        const gone = await signIn('alan', ['orders']);
        await answered({ isBound: true }, gone.token);
        await manager.revoke(gone.session.id);
        expect(await outcome()).toMatchObject(DENIED);
      });

      it('carries the session of a client that has disconnected', async () => {
        const client = new AbortController();
        const request = fetch(`${between.url}/late/any`, {
          method: 'POST',
          headers: { authorization: `Bearer ${ada.token}` },
          signal: client.signal,
        });
        await Promise.all([
          expect(request).rejects.toThrow('abort'),
          once(steps, 'begun').then(() => {
            client.abort();
          }),
        ]);
        await ask('send/any', ada.token);
        expect(await outcome()).toMatchObject({ session: ada.session.id });
      });
    });

    it('is passed on to the next service', async () => {
      const response = await fetch(`${calling.url}/send/pass-on`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${ada.token}` },
        body: JSON.stringify({ data: { pattern: 'any', data: 'far' } }),
      });
      const outcome = (await response.json()) as Received;
      // The call that `calling` signed for `between` is not valid for `called`: `between` has signed a new
      // call.
      expect(outcome).toMatchObject({ data: 'far', session: ada.session.id });
    });

    it('carries the session of an event', async () => {
      called.controller.events.length = 0;
      await ask('emit', ada.token, { data: 'sent' });
      await eventually(() => called.controller.events.length > 0);
      expect(called.controller.events).toEqual([{ data: 'sent', session: ada.session.id }]);
    });

    it('carries the session over HTTP as well', async () => {
      const url = `${called.url}/over-http`;
      expect(await ask('fetch', ada.token, { url })).toMatchObject({ session: ada.session.id });
    });
  });

  describe('by the service itself', () => {
    let called: ListeningApp;
    let calling: ListeningApp & { controller: CallingController };
    let token: string;

    beforeAll(async () => {
      const store = new MemorySessionStore();
      const transport = await tcp();
      called = await startCalled(makeAdapter, { store, transport, ...signed });
      calling = await startCalling(makeAdapter, { store, transport, ...signed });
      ({ token } = await managerOf(store).create({
        user: { id: 'u-1', username: 'ada' },
        roles: ['orders:write'] as never,
      }));
    });
    afterAll(async () => {
      await calling.app.close();
      await called.app.close();
    });

    it('is authorized where that service is allowed', async () => {
      expect(await calling.controller.byItself('own')).toEqual({ data: {}, caller: 'caller' });
    });

    it('is denied everywhere else', () =>
      eachRow(['any', 'role', 'of-others'], async (pattern) => {
        expect(await calling.controller.byItself(pattern)).toMatchObject(FORBIDDEN);
      }));

    it('can be made during a user request', async () => {
      const own = async (pattern: string) => {
        const headers = { authorization: `Bearer ${token}` };
        const answer = await fetch(`${calling.url}/own/${pattern}`, { method: 'POST', headers });
        return answer.json();
      };
      expect(await own('own')).toEqual({ data: {}, caller: 'caller' });
      expect(await own('role')).toMatchObject(FORBIDDEN);
    });
  });

  it('by the service itself fails without a secret', async () => {
    const store = new MemorySessionStore();
    const transport = await tcp();
    const calling = await startCalling(makeAdapter, { store, transport });
    const called = await startCalled(makeAdapter, { store, transport });
    expect(await calling.controller.byItself('own')).toMatchObject(DENIED);
    expect(() => calling.controller.own('own')).toThrow(SessionOptionsError);
    await calling.app.close();
    await called.app.close();
  });
});

// The transport carries the call, whatever the adapter. The tests over TCP check both adapters.
describe('a call over Redis', () => {
  const redis = startedRedis();

  it('is signed, and does not reveal a token to Redis', async () => {
    const store = new MemorySessionStore();
    const { port } = new URL(redis.url);
    const transport = {
      transport: Transport.REDIS as const,
      options: { host: '127.0.0.1', port: Number(port) },
    };
    const called = await startCalled(fastify, { store, transport, ...signed });
    const calling = await startCalling(fastify, { store, transport, ...signed });
    const seen: string[] = [];
    const monitor = await redis.client.monitor();
    monitor.on('monitor', (_time: string, args: string[]) => seen.push(args.join(' ')));

    const { token, session } = await managerOf(store).create({
      user: { id: 'u-1', username: 'ada' },
      roles: ['orders'] as never,
    });
    const answer = await fetch(`${calling.url}/send/any`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ data: 'over Redis' }),
    });
    expect(await answer.json()).toEqual({
      data: 'over Redis',
      session: session.id,
      username: 'ada',
      caller: 'caller',
    });
    expect(await againFor('bob', store, calling)).toBe('bob');
    expect(seen.join('\n')).toContain('over Redis');
    expect(seen.join('\n')).not.toContain(token);

    monitor.disconnect();
    await calling.app.close();
    await called.app.close();
  });

  it('is rejected when it would carry the token', async () => {
    const transport = { transport: Transport.REDIS as const, options: { port: 1 } };
    const start = startCalling(fastify, { store: new MemorySessionStore(), transport });
    await expect(start).rejects.toThrow(/would send the user's token to Redis/);
  });
});

describe('a call over NATS', () => {
  let nats: NatsServer;

  beforeAll(async () => {
    nats = await NatsServer.start();
  });
  afterAll(() => nats.stop());

  const transport = () => ({
    transport: Transport.NATS as const,
    options: { servers: [`nats://127.0.0.1:${nats.port}`] },
  });

  it('is signed in the message headers, on behalf of the session', async () => {
    const store = new MemorySessionStore();
    const called = await startCalled(express, { store, transport: transport(), ...signed });
    const calling = await startCalling(express, { store, transport: transport(), ...signed });
    const { token, session } = await managerOf(store).create({
      user: { id: 'u-1', username: 'ada' },
      roles: ['orders'] as never,
    });
    const answer = await fetch(`${calling.url}/send/any`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ data: { over: 'NATS' } }),
    });
    expect(await answer.json()).toEqual({
      data: { over: 'NATS' },
      session: session.id,
      username: 'ada',
      caller: 'caller',
    });
    expect(await calling.controller.byItself('own')).toEqual({ data: {}, caller: 'caller' });
    expect(await calling.controller.byItself('any')).toMatchObject(FORBIDDEN);
    expect(await againFor('bob', store, calling)).toBe('bob');
    await calling.app.close();
    await called.app.close();
  });
});

/** Returns the user on whose behalf a call is made that follows the answer to another call. */
async function againFor(
  username: string,
  store: MemorySessionStore,
  { url }: ListeningApp,
): Promise<unknown> {
  const { token } = await managerOf(store).create({
    user: { id: username, username },
    roles: ['orders'] as never,
  });
  const answer = await fetch(`${url}/again/any`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  return ((await answer.json()) as Received).username;
}

async function tcp(): Promise<CallingServices['transport']> {
  return { transport: Transport.TCP, options: { host: '127.0.0.1', port: await freePort() } };
}
