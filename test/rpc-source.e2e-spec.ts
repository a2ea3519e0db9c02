import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { sign, type SignOptions } from 'jsonwebtoken';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { firstValueFrom } from 'rxjs';
import { AppProcess } from '../tools/processes/app-process';
import { freePort } from '../tools/processes/free-port';
import { GuardedRedis } from './support/guarded-redis';
import { idOf } from './support/session-key';
import { sharedSystem } from './support/shared-systems';
import { settingsFor, type System } from './support/system';

const SECRET = randomBytes(32).toString('hex');
const { SESSION_CALL_SECRET: SHARED_SECRET = '' } = settingsFor('redis');

/** Returns the claims of a call for this message, as documented in docs/reference/calls.md. */
function contentOf(pattern: string, data: object): object {
  const body = createHash('sha256').update(JSON.stringify(data)).digest('base64url');
  return { jti: randomBytes(9).toString('base64url'), call: pattern, body };
}

/** Services without a Redis introspect sessions on this port. */
describe('the RPC port of the auth app', () => {
  let redis: GuardedRedis;

  beforeAll(async () => {
    redis = await GuardedRedis.start();
  });

  afterAll(() => redis.stop());

  /** Starts the auth app. Returns the app and its port for services. */
  async function startAuth(settings: NodeJS.ProcessEnv): Promise<[AppProcess, number]> {
    const [port, rpcPort] = [await freePort(), await freePort()];
    const app = await AppProcess.start({
      name: 'auth',
      url: `http://127.0.0.1:${port}`,
      env: {
        PATH: process.env.PATH,
        ...redis.settingsOf('auth'),
        AUTH_PORT: String(port),
        AUTH_RPC_PORT: String(rpcPort),
        DATA_DIR: 'temporary',
        DEMO_USERS: 'on',
        BCRYPT_COST: '10',
        ...settings,
      },
    });
    await app.ready();
    return [app, rpcPort];
  }

  describe('with a call secret', () => {
    let system: System;
    let username: string;
    let token: string;
    let id: string;

    beforeAll(async () => {
      system = await sharedSystem('express');
      const user = await system.createUser();
      ({ username } = user);
      token = await system.signIn(user);
      id = idOf(token);
    });

    /** Sends a call like any program could. */
    async function introspect(headers?: Record<string, string>): Promise<unknown> {
      const client = ClientProxyFactory.create({
        transport: Transport.TCP,
        options: { host: '127.0.0.1', port: system.rpcPorts.auth },
      });
      const data = headers ? { '@session': headers, data: { id } } : { id };
      try {
        return await firstValueFrom(client.send<unknown>('session.introspect', data));
      } finally {
        await (client.close() as Promise<void> | undefined);
      }
    }

    function signed(
      {
        secret = SHARED_SECRET,
        typ = 'session-call+jwt',
        ...options
      }: SignOptions & {
        secret?: string;
        typ?: string;
      } = {},
      claims = {},
    ): Record<string, string> {
      const content = contentOf('session.introspect', { id });
      const call = sign({ ...content, ...claims }, secret, {
        algorithm: 'HS256',
        header: { alg: 'HS256', typ },
        issuer: 'orders',
        audience: 'auth',
        expiresIn: 30,
        ...options,
      });
      return { 'x-session-call': call };
    }

    it('answers a service that signs its call, without revealing the token', async () => {
      const answer = JSON.stringify(await introspect(signed()));

      expect(answer).toContain(username);
      expect(answer).not.toContain(token);
    });

    it.each<[string, () => Record<string, string> | undefined, string]>([
      ['is not signed', () => undefined, 'ERR_SESSION_REQUIRED'],
      ['names a service and proves nothing', () => ({ 'x-session-call': 'orders' }), 'CALL'],
      ['is signed with another secret', () => signed({ secret: 'x'.repeat(64) }), 'CALL'],
      ['has expired', () => signed({}, { iat: Math.floor(Date.now() / 1_000) - 120 }), 'CALL'],
      ['was sent to another service', () => signed({ audience: 'products' }), 'CALL'],
      ['is another kind of token', () => signed({ typ: 'JWT' }), 'CALL'],
      ['was signed for another message', () => signed({}, contentOf('session.ping', {})), 'CALL'],
      [
        'was signed for another session',
        () => signed({}, contentOf('session.introspect', { id: 'x' })),
        'CALL',
      ],
      ['does not say what it asks for', () => signed({}, { call: undefined }), 'CALL'],
      ['is a user’s', () => ({ authorization: `Bearer ${token}` }), 'ERR_SESSION_ROLE_REQUIRED'],
    ])('refuses a call that %s', async (_, headers, code) => {
      await expect(introspect(headers())).rejects.toMatchObject({
        status: 'error',
        code: expect.stringContaining(code) as string,
      });
    });

    it('never prints the secret', () => {
      expect(system.output.length).toBeGreaterThan(0);
      expect(system.output.join('\n')).not.toContain(SHARED_SECRET);
    });
  });

  it('accepts only the callers in SESSION_CALLERS, each with its own secret', async () => {
    const own = randomBytes(32).toString('hex');
    const [auth, port] = await startAuth({
      SESSION_CALL_SECRET: SECRET,
      SESSION_CALLERS: `orders:${own}`,
    });
    const client = ClientProxyFactory.create({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port },
    });
    const ping = (issuer: string, secret: string) => {
      const header = { alg: 'HS256', typ: 'session-call+jwt' } as const;
      const content = contentOf('session.ping', {});
      const call = sign(content, secret, { header, issuer, audience: 'auth', expiresIn: 30 });
      return firstValueFrom(
        client.send<unknown>('session.ping', { '@session': { 'x-session-call': call }, data: {} }),
      );
    };

    expect(await ping('orders', own)).toEqual({});
    await expect(ping('orders', SECRET)).rejects.toMatchObject({ status: 'error' });
    await expect(ping('products', own)).rejects.toMatchObject({ status: 'error' });
    await expect(ping('products', SECRET)).rejects.toMatchObject({ status: 'error' });
    await (client.close() as Promise<void> | undefined);
    await auth.stop();
  });

  it('stays closed without a call secret, and logs the reason', async () => {
    const [auth, port] = await startAuth({});

    const socket = connect(port, '127.0.0.1');
    await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });

    expect(auth.lastLines).toMatch(/Not listening on AUTH_RPC_PORT.*SESSION_CALL_SECRET/);
    await auth.stop();
  });
});
