import type { INestApplication } from '@nestjs/common';
import { ClientProxyFactory } from '@nestjs/microservices';
import { Redis } from 'ioredis';
import { firstValueFrom } from 'rxjs';
import { eventually } from '../../../../tools/testing/eventually';
import { CallKeys } from '../calls/call.options';
import { CallTokens } from '../calls/call-tokens';
import { withHeaders } from '../calls/with-headers';
import { type IssuedSession, SessionManager } from '../issuer/session.manager';
import { idleKey } from '../store/redis-session.keys';
import { SessionCounters } from '../store/session-counters';
import { httpAdapters } from '../testing/http-adapters';
import { withCookie } from '../testing/requests';
import { startedRedis } from '../testing/started-redis';
import { createToken } from '../token/session-token';
import { CALLS, startAuth, startOrders } from './testing/rpc-apps';
import { redis as redisWire, tcp, transports, type Wire } from './testing/transports';

const ADA = { user: { id: 'u-1', username: 'ada' }, roles: ['orders'] };

describe.each(transports)('a service that asks over %s who is asking', (name, open) => {
  const redis = startedRedis();
  let wire: Wire;
  let auth: INestApplication;
  let orders: INestApplication;
  let url: string;
  let manager: SessionManager;
  let counters: SessionCounters;

  beforeAll(async () => {
    wire = await open();
    auth = await startAuth(wire.server, {
      redis: { port: redis.server.port, disconnectTimeout: 50 },
    });
    ({ app: orders, url } = await startOrders(wire.client));
    manager = auth.get(SessionManager, { strict: false });
    counters = orders.get(SessionCounters);
  });

  afterAll(async () => {
    await orders.close();
    await auth.close();
    await wire.broker?.stop();
  });

  const signIn = (roles = ADA.roles): Promise<IssuedSession> => manager.create({ ...ADA, roles });
  const ask = (path: string, token: string): Promise<Response> =>
    fetch(`${url}/${path}`, withCookie(token));

  it('is told the session', async () => {
    const { token } = await signIn();

    const response = await ask('who', token);

    expect(response.status).toBe(200);
    expect(await response.text()).toBe('ada');
  });

  it('denies what nobody has signed in with, and what is no token', async () => {
    expect((await ask('who', createToken())).status).toBe(401);
    expect((await ask('who', 'no-token')).status).toBe(401);
    expect((await fetch(`${url}/who`)).status).toBe(401);
  });

  it('knows of a logout at once', async () => {
    const { token, session } = await signIn();
    expect((await ask('who', token)).status).toBe(200);

    await manager.revoke(session.id);

    expect((await ask('who', token)).status).toBe(401);
  });

  it('knows of a change of roles at once', async () => {
    const { token, session } = await signIn();
    expect((await ask('write', token)).status).toBe(403);

    await manager.setRoles(session.user.id, ['orders', 'orders:write']);

    expect((await ask('write', token)).status).toBe(200);
  });

  it('does not ask for what is public', async () => {
    const { calls } = counters.rpc;

    expect((await ask('public', createToken())).status).toBe(200);

    expect(counters.rpc.calls).toBe(calls);
  });

  it('has the idle timeout start anew, once for many requests', async () => {
    const { token, session } = await signIn();
    const key = idleKey(session.id);
    await redis.client.pexpire(key, session.idleTimeout / 2);
    const { calls } = counters.rpc;

    expect((await ask('who', token)).status).toBe(200);
    await eventually(async () => (await redis.client.pttl(key)) > session.idleTimeout * 0.9);
    await ask('who', token);
    await ask('who', token);

    // Three times who it is, and one slide.
    expect(counters.rpc.calls - calls).toBe(4);
  });

  it('has nothing changed for a request that it denies', async () => {
    const { token, session } = await signIn(['products']);
    const key = idleKey(session.id);
    await redis.client.pexpire(key, session.idleTimeout / 2);

    expect((await ask('who', token)).status).toBe(403);
    // Whoever comes later comes after what would have been sent.
    expect((await ask('who', (await signIn()).token)).status).toBe(200);

    expect(await redis.client.pttl(key)).toBeLessThanOrEqual(session.idleTimeout / 2);
  });

  it('adds to a session under its own name, and reads it', async () => {
    const { token } = await signIn();
    const add = (value: unknown) =>
      fetch(`${url}/additions`, {
        method: 'POST',
        headers: { ...withCookie(token).headers, 'content-type': 'application/json' },
        body: JSON.stringify({ name: '__proto__', value }),
      });
    expect(await (await ask('additions', token)).json()).toEqual({});

    expect((await add({ half: 0.5 })).status).toBe(201);
    expect((await add('again')).status).toBe(409);

    expect(await (await ask('additions', token)).text()).toBe('{"__proto__":{"half":0.5}}');
  });

  if (name === 'gRPC') return;

  describe('and whoever else reaches that port', () => {
    const tokens = (service: string, secret = CALLS.secret) =>
      new CallTokens(service, new CallKeys({ secret }));

    async function introspect(id: string, headers: Record<string, string>): Promise<unknown> {
      const client = ClientProxyFactory.create(withHeaders(wire.client, () => headers));
      try {
        return await firstValueFrom(client.send<unknown>('session.introspect', { id }));
      } finally {
        await (client.close() as Promise<void>);
      }
    }

    it('is answered when it signs as a service', async () => {
      const { session } = await signIn();

      const call = tokens('reports').sign('auth', null);

      expect(await introspect(session.id, { 'x-session-call': call })).toMatchObject({
        session: expect.stringContaining('ada') as string,
      });
      expect(await introspect('no id', { 'x-session-call': call })).toEqual({});
    });

    it('is refused with a user’s token, which changes nothing', async () => {
      const { session, token } = await signIn();
      const key = idleKey(session.id);
      await redis.client.pexpire(key, session.idleTimeout / 2);

      await expect(
        introspect(session.id, { authorization: `Bearer ${token}` }),
      ).rejects.toMatchObject({ code: 'ERR_SESSION_ROLE_REQUIRED' });
      await introspect(session.id, { 'x-session-call': tokens('reports').sign('auth', null) });

      expect(await redis.client.pttl(key)).toBeLessThanOrEqual(session.idleTimeout / 2);
    });

    it('is refused when a service calls on behalf of a user', async () => {
      const { session } = await signIn();

      await expect(
        introspect(session.id, { 'x-session-call': tokens('reports').sign('auth', session.id) }),
      ).rejects.toMatchObject({ code: 'ERR_SESSION_ROLE_REQUIRED' });
    });

    it.each([
      ['nothing', {}],
      ['another secret', { 'x-session-call': tokens('orders', 'x'.repeat(32)).sign('auth', null) }],
      ['a call to somebody else', { 'x-session-call': tokens('orders').sign('products', null) }],
    ])('is refused with %s', async (_, headers) => {
      const { session } = await signIn();

      await expect(introspect(session.id, headers)).rejects.toMatchObject({
        status: 'error',
        code: expect.stringMatching(/^ERR_SESSION_(REQUIRED|CALL_REFUSED)$/) as string,
      });
    });
  });
});

describe.each(httpAdapters)('a service on %s', (_, makeAdapter) => {
  const redis = startedRedis();

  it('is told who is asking as well', async () => {
    const wire = await tcp();
    const auth = await startAuth(wire.server, {
      redis: { port: redis.server.port, disconnectTimeout: 50 },
    });
    const { app, url } = await startOrders(wire.client, { makeAdapter });
    const { token } = await auth.get(SessionManager, { strict: false }).create(ADA);

    expect((await fetch(`${url}/who`, withCookie(token))).status).toBe(200);
    expect((await fetch(`${url}/who`)).status).toBe(401);
    await app.close();
    await auth.close();
  });
});

describe('what a broker sees', () => {
  const redis = startedRedis();

  it('is ids, never a token', async () => {
    const wire = await redisWire();
    const seen: string[] = [];
    const spy = new Redis(wire.broker.port, '127.0.0.1');
    await spy.psubscribe('*');
    spy.on('pmessage', (_, channel: string, message: string) => seen.push(channel + message));
    const auth = await startAuth(wire.server, {
      redis: { port: redis.server.port, disconnectTimeout: 50 },
    });
    const { app, url } = await startOrders(wire.client);
    const { token, session } = await auth.get(SessionManager, { strict: false }).create(ADA);

    expect((await fetch(`${url}/who`, withCookie(token))).status).toBe(200);
    await eventually(() => seen.some((it) => it.startsWith('session.introspect.reply')));

    expect(seen.join()).toContain(session.id);
    expect(seen.join()).not.toContain(token);
    spy.disconnect();
    await app.close();
    await auth.close();
    await wire.broker.stop();
  });
});
