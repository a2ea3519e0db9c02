import { METHODS } from 'node:http';
import { connect } from 'node:net';
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from 'jose';
import { eachRow } from '../../tools/testing/each-row';
import { eventually } from '../../tools/testing/eventually';
import { type Answer, call, type Call, json } from '../support/http';
import { withRedis } from '../support/redis-dump';
import { idOf } from '../support/session-key';
import { sharedSystem } from '../support/shared-systems';
import type { Adapter, System, TestUser } from '../support/system';

export function verify(adapter: Adapter): void {
  describe(`/auth/verify, on ${adapter}`, () => {
    let system: System;
    let alice: TestUser;
    let cookie: string;

    beforeAll(async () => {
      system = await sharedSystem(adapter);
      alice = await system.createUser();
      cookie = await system.signIn(alice);
    });

    const verify = (path = '', options: Call = {}) =>
      call(`${system.auth.url}/auth/verify${path}`, options);

    const identityIn = ({ headers }: Answer) => String(headers['x-session-identity']);

    it('returns the signed-in user in plain text and in a signed identity', async () => {
      const answer = await verify('', { cookie });
      expect(answer.status).toBe(200);
      expect(answer.headers['cache-control']).toBe('no-store');
      const { subject, extra } = json<{ subject: string; extra: object }>(answer);
      expect(extra).toEqual({
        username: alice.username,
        roles: ['orders', 'products'],
        sessionId: idOf(cookie),
        service: 'auth',
      });
      expect(answer.headers['x-session-user']).toBe(subject);
      expect(answer.headers['x-session-roles']).toBe('orders,products');
      const { payload } = await jwtVerify(
        identityIn(answer),
        createLocalJWKSet(await keySetOf(system)),
        {
          algorithms: ['EdDSA'],
          audience: 'auth',
          issuer: 'nest-sessions',
        },
      );
      expect(payload).toMatchObject({ sub: subject, sid: idOf(cookie) });
      expect(answer.text + JSON.stringify(answer.headers)).not.toContain(cookie);
    });

    it('rejects an ended session, and an identity in place of a token', async () => {
      const token = await system.signInLike('bob');
      const identity = identityIn(await verify('', { cookie: token }));
      expect(decodeJwt(identity).aud).toBe('auth');
      await system.logout(token);
      expect((await verify('', { cookie: token })).status).toBe(401);
      expect((await verify('', { bearer: identity })).status).toBe(401);
      expect((await verify()).status).toBe(401);
      const door = system.doorOf('orders');
      const headers = { 'x-session-identity': identity };
      expect((await call(door, { headers })).status).toBe(401);
    });

    it('enforces the requirements that a service has published for its route', async () => {
      const [bob, carol] = [await system.signInLike('bob'), await system.signInLike('carol')];
      const order = { method: 'POST', body: { productId: 'tea', quantity: 1 } };
      const allowed = await verify('/orders', { cookie });
      expect(allowed.status).toBe(200);
      expect(decodeJwt(identityIn(allowed)).aud).toBe('orders');
      expect((await verify('/orders')).status).toBe(401);
      expect((await verify('/orders', { cookie: bob })).status).toBe(403);
      expect((await verify('/orders', { ...order, cookie })).status).toBe(403);
      expect((await verify('/orders', { ...order, cookie: carol })).status).toBe(200);
      expect((await verify('/orders', order)).status).toBe(401);
      expect(decodeJwt(identityIn(await verify('/products/tea', { cookie: bob }))).aud).toBe(
        'products',
      );
      expect((await verify('/admin/services', { cookie })).status).toBe(403);
    });

    it('authorizes every request to a public route when the service is named', async () => {
      const headers = { 'x-verify-service': 'orders' };
      const anonymous = await verify('/health/live', { headers });
      expect(anonymous.status).toBe(200);
      expect(identityIn(anonymous)).toBe('');
      expect(decodeJwt(identityIn(await verify('/health/live', { headers, cookie }))).aud).toBe(
        'orders',
      );
      expect((await verify('/health/live')).status).toBe(403);
      expect((await verify('/products', { headers, cookie })).status).toBe(403);
    });

    it('rejects a route that no service has published', async () => {
      expect((await verify('/nowhere', { cookie })).status).toBe(403);
      expect((await verify('/nowhere')).status).toBe(403);
    });

    it('is never answered by another layer, for any method', async () => {
      // CONNECT has no path and requests a tunnel: a server closes the connection without an answer.
      for (const method of METHODS.filter((it) => it !== 'CONNECT')) {
        for (const path of ['', '/orders/1']) {
          const { status } = await verify(path, { cookie, method });
          const isRoute = path === '' || ['GET', 'HEAD'].includes(method);
          expect([method, path, status]).toEqual([method, path, isRoute ? 200 : 403]);
        }
      }
    });

    const unusual: [name: string, headers: NonNullable<Call['headers']>, body?: string][] = [
      ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'a=b'],
      ['text', { 'content-type': 'text/plain' }, 'x'],
      ['a file', { 'content-type': 'multipart/form-data; boundary=x' }, '--x--'],
      ['an invalid type', { 'content-type': 'x' }, 'x'],
      ['broken JSON', { 'content-type': 'application/json' }, '{"a":'],
      ['a prototype', { 'content-type': 'application/json' }, '{"__proto__":{}}'],
      [
        'a huge body',
        // Closing a connection with an unread part of a body loses the answer.
        { 'content-type': 'application/json', connection: 'keep-alive' },
        `"${'x'.repeat(1_000_000)}"`,
      ],
      ['the length of a body that does not come', { 'content-type': 'application/json' }],
      ['a compressed body', { 'content-encoding': 'br', 'content-type': 'application/json' }, 'x'],
      [
        'a foreign origin',
        { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
        '{}',
      ],
      ['an opaque origin', { origin: 'null' }, '{}'],
      [
        'a preflight',
        {
          origin: 'https://app.example.com',
          'access-control-request-method': 'PUT',
          'access-control-request-headers': 'x',
        },
      ],
      [
        'the conditions of a cache',
        { 'if-none-match': '*', 'if-modified-since': new Date().toUTCString() },
      ],
      ['a range', { range: 'bytes=0-1' }],
      [
        'a wish for another form',
        { accept: 'image/png', 'accept-version': '9', 'accept-encoding': '' },
      ],
      ['another method in a header', { 'x-http-method-override': 'PUT' }],
      ['a call that no service signed', { 'x-session-call': 'x' }],
    ];
    it('is never answered by another layer, for an unusual request', () =>
      eachRow(
        unusual,
        async ([, headers, body]) => {
          for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
            const sent = { cookie, method, headers, body };
            expect([method, (await verify('', sent)).status]).toEqual([method, 200]);
            const answer = await verify('/orders', sent);
            // Of the other methods, POST needs a role that alice does not have; OPTIONS and DELETE have no
            // route.
            expect([method, answer.status]).toEqual([method, method === 'GET' ? 200 : 403]);
            expect((await verify('', { ...sent, cookie: undefined })).status).toBe(401);
          }
        },
        ([name]) => name,
      ));

    it('is never answered by another layer, for an unreadable path', async () => {
      for (const path of ['/%', '/%zz', '/%c3%28', '//', '/..%2f', '/a\\b', '/?%', '?%', '*']) {
        const status = await statusOfRaw(`/auth/verify${path}`);
        expect([path, status]).toEqual([path, path.startsWith('?') ? 200 : 403]);
      }
    });

    it('responds to HEAD without a body', async () => {
      const answer = await verify('', { cookie, method: 'HEAD' });
      expect([answer.status, answer.text]).toEqual([200, '']);
      expect(answer.headers['x-session-identity']).toBeDefined();
    });

    it('renews the idle timeout of an authorized session only', async () => {
      const token = await system.signIn(alice);
      const idle = `idle:{${idOf(token)}}`;
      await withRedis(system.redis.url, (redis) => redis.pexpire(idle, 60_000));
      const left = () => withRedis(system.redis.url, (redis) => redis.pttl(idle));
      await verify('/nowhere', { cookie: token });
      await verify('', { cookie: token, bearer: cookie });
      expect(await left()).toBeLessThanOrEqual(60_000);
      await verify('', { cookie: token });
      await eventually(async () => (await left()) > 60_000);
    });

    it('starts without a Node.js warning', () => {
      expect(system.output.filter((line) => line.includes('Warning:'))).toEqual([]);
    });

    it('is in the OpenAPI description, and leaves other routes unchanged', async () => {
      const { paths } = json<{ paths: object }>(await call(`${system.auth.url}/docs-json`));
      expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/auth/verify']));
      const foreign = { origin: 'https://evil.example' };
      const login = await system.login(alice.username, alice.password, foreign);
      expect(login.status).toBe(403);
      expect((await call(`${system.auth.url}/auth/verifying`, { cookie })).status).toBe(404);
    });

    /** Sends a target unchanged, which a URL would normalize. */
    async function statusOfRaw(target: string): Promise<number> {
      const { hostname, port, host } = new URL(system.auth.url);
      const socket = connect(Number(port), hostname);
      socket.write(
        `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nCookie: __Host-sid=${cookie}\r\nConnection: close\r\n\r\n`,
      );
      let text = '';
      for await (const chunk of socket) text += String(chunk);
      return Number(text.split(' ')[1]);
    }
  });
}

async function keySetOf(system: System): Promise<JSONWebKeySet> {
  return json<JSONWebKeySet>(await call(`${system.auth.url}/.well-known/jwks.json`));
}

/** Runs in a system that is not shared, because it restarts auth. */
export function verifyAfterRestart(adapter: Adapter, systemOf: () => System): void {
  describe(`/auth/verify after a restart, on ${adapter}`, () => {
    it('keeps publishing the keys from before the restart', async () => {
      const system = systemOf();
      const cookie = await system.signInLike('alice');
      const identity = async () => {
        const { headers } = await call(`${system.auth.url}/auth/verify`, { cookie });
        return String(headers['x-session-identity']);
      };
      const first = await identity();
      const before = (await keySetOf(system)).keys.map(({ kid }) => kid);
      await system.auth.stop();
      await system.startAgain('auth');
      const after = await identity();
      const set = await keySetOf(system);
      expect(set.keys.map(({ kid }) => kid)).toEqual(expect.arrayContaining(before));
      expect(set.keys.length).toBeGreaterThan(before.length);
      for (const it of [first, after]) await jwtVerify(it, createLocalJWKSet(set));
    });
  });
}
