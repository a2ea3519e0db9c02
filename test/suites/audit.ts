import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import WebSocket from 'ws';
import { sessionIdOf } from 'nest-sessions/issuer';
import { eventually } from '../../tools/testing/eventually';
import { type Answer, call, json, tokenOf } from '../support/http';
import {
  newUser,
  ProductionSystem,
  START_TIMEOUT_MS,
  type TestUser,
} from '../support/production-system';
import { rawText } from '../support/raw-request';
import type { Adapter } from '../support/system';

const ADDRESS = '203.0.113.7';
const CROSS_SITE = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };

/** Starts its own system, in production mode. */
export function audit(adapter: Adapter): void {
  describe(`security logging, on ${adapter}`, () => {
    let production: ProductionSystem;
    let auth: string;
    let orders: string;
    const [admin, ada] = [newUser(), newUser()];
    let adminToken: string;
    let adminId: string;
    let adaId: string;

    beforeAll(async () => {
      production = await ProductionSystem.start(adapter, {
        LOG_LEVEL: 'debug',
        TRUST_PROXY: '1',
        SESSION_CALL_SECRET: 'what the services of this test sign their calls with',
      });
      ({
        auth: { url: auth },
        orders: { url: orders },
      } = production.system);
      await production.createUser(admin, 'admin');
      const signedIn = await signIn(admin);
      adminToken = tokenOf(signedIn);
      adminId = idIn(signedIn);
      adaId = await created(ada);
    }, START_TIMEOUT_MS);
    afterAll(() => production.stop());

    const signIn = (user: TestUser, headers = {}) =>
      production.system.login(user.username, user.password, headers);
    const idIn = (answer: Answer) => json<{ user: { id: string } }>(answer).user.id;
    const create = (user: TestUser, headers = {}) =>
      call(`${auth}/admin/users`, {
        cookie: adminToken,
        headers,
        body: { ...user, roles: ['products'] },
      });
    const created = async (user: TestUser) => json<{ id: string }>(await create(user)).id;
    const change = (what: string, body: object, headers = {}) =>
      call(`${auth}/admin/users/${adaId}/${what}`, {
        method: 'PUT',
        cookie: adminToken,
        headers,
        body,
      });

    /** Returns the security events of a request, after checks of their origin and time. */
    async function eventsOf(
      request: (headers: Record<string, string>) => Promise<unknown>,
    ): Promise<Record<string, unknown>[]> {
      const id = randomUUID();
      await request({ 'x-request-id': id, 'x-forwarded-for': ADDRESS });
      const lines = await production.linesOf(id);
      const events = lines.filter(({ context }) => context === 'Security');
      return events.map(({ request: about, context, time, ...line }) => {
        expect(context).toBe('Security');
        expect(about).toMatchObject({ id, address: ADDRESS });
        expect(new Date(time).toISOString()).toBe(time);
        return line;
      });
    }

    it('writes JSON in production, where /docs and the demo users are disabled', async () => {
      expect((await call(`${orders}/docs`)).status).toBe(404);
      expect((await call(`${orders}/try`)).status).toBe(404);
      const { status } = await production.system.login('alice', 'alice-demo-password');
      expect(status).toBe(401);
      const lines = production.system.orders.lastLines.split('\n');
      for (const line of lines) expect(JSON.parse(line)).toHaveProperty('level');
    });

    it('records a refused WebSocket with its request', async () => {
      const id = randomUUID();
      const headers = { 'x-request-id': id };
      const socket = new WebSocket(`${orders.replace('http', 'ws')}/orders/live`, { headers });
      const [error] = (await once(socket, 'error')) as [Error];
      expect(error.message).toBe('Unexpected server response: 401');

      const lines = await production.linesOf(id);
      expect(lines.filter(({ context }) => context === 'Security')).toMatchObject([
        { service: 'orders', outcome: 'failure', request: { id, address: null, method: 'GET' } },
      ]);
    });

    it('records a sign-in and its new session, once each', async () => {
      let token = '';
      const events = await eventsOf(async (headers) => {
        token = tokenOf(await signIn(ada, headers));
      });
      const sessionId = sessionIdOf(token);
      expect(events).toEqual([
        {
          level: 'info',
          service: 'auth',
          event: 'session.created',
          outcome: 'success',
          sessionId,
          userId: adaId,
          roles: ['products'],
          by: adaId,
          reason: 'signed-in',
        },
        {
          level: 'info',
          service: 'auth',
          event: 'signIn.succeeded',
          outcome: 'success',
          userId: adaId,
          username: ada.username,
          sessionId,
        },
      ]);
    });

    it('records why a sign-in failed, but not the name of an unknown user', async () => {
      const nobody = newUser();
      const failures = [
        await eventsOf((headers) => signIn({ ...ada, password: 'not the password' }, headers)),
        await eventsOf((headers) => signIn(nobody, headers)),
      ];
      await change('disabled', { disabled: true });
      failures.push(await eventsOf((headers) => signIn(ada, headers)));
      await change('disabled', { disabled: false });
      const failed = { level: 'warn', service: 'auth', event: 'signIn.failed', outcome: 'failure' };
      const known = { userId: adaId, username: ada.username };
      expect(failures).toEqual([
        [{ ...failed, ...known, reason: 'wrong' }],
        [{ ...failed, userId: null, username: null, reason: 'unknown' }],
        [{ ...failed, ...known, reason: 'disabled' }],
      ]);
    });

    it('records a throttled sign-in without its user', async () => {
      const nobody = newUser();
      let events: Record<string, unknown>[] = [];
      // Each failure doubles the wait: on any machine, some attempt falls within a wait.
      while (events[0]?.event !== 'signIn.throttled') {
        events = await eventsOf((headers) => signIn(nobody, headers));
      }
      expect(events).toEqual([
        {
          level: 'warn',
          service: 'auth',
          event: 'signIn.throttled',
          outcome: 'failure',
          retryAfter: expect.any(Number) as number,
        },
      ]);
    });

    it('records a denial with its route, reason, session and user', async () => {
      const cookie = tokenOf(await signIn(ada));
      const sessionId = sessionIdOf(cookie);
      const denied = { event: 'session.denied', outcome: 'failure', door: 'http', caller: null };
      const where = { service: 'orders', method: 'GET', route: '/orders' };

      expect(await eventsOf((headers) => call(`${orders}/orders`, { cookie, headers }))).toEqual([
        {
          ...denied,
          ...where,
          level: 'warn',
          status: 403,
          code: 'ERR_SESSION_ROLE_REQUIRED',
          reason: 'role',
          sessionId,
          userId: adaId,
        },
      ]);
      const revoked = await eventsOf((headers) =>
        call(`${auth}/auth/logout`, { method: 'POST', cookie, headers }),
      );
      expect(revoked).toEqual([
        {
          level: 'info',
          service: 'auth',
          event: 'session.revoked',
          outcome: 'success',
          sessionId,
          userId: adaId,
          by: adaId,
          reason: 'signed-out',
        },
      ]);
      const unknown = { ...denied, ...where, status: 401, code: 'ERR_SESSION_REQUIRED' };
      expect(await eventsOf((headers) => call(`${orders}/orders`, { cookie, headers }))).toEqual([
        { ...unknown, level: 'warn', reason: 'invalid', sessionId, userId: null },
      ]);
      expect(await eventsOf((headers) => call(`${orders}/orders`, { headers }))).toEqual([
        { ...unknown, level: 'debug', reason: 'anonymous', sessionId: null, userId: null },
      ]);
    });

    it('records ambiguous tokens and forged service calls', async () => {
      const token = tokenOf(await signIn(ada));
      const denied = { level: 'warn', outcome: 'failure', sessionId: null, userId: null };
      expect(
        await eventsOf((headers) =>
          call(`${orders}/orders`, { cookie: token, bearer: token, headers }),
        ),
      ).toMatchObject([{ ...denied, event: 'token.ambiguous', status: 400 }]);
      const forged = { 'x-session-call': 'forged' };
      const refused = await eventsOf((headers) =>
        call(`${orders}/orders`, { headers: { ...headers, ...forged } }),
      );
      expect(refused).toMatchObject([{ ...denied, event: 'call.refused', status: 401 }]);
    });

    it('records a re-authentication as a rotation or as a wrong password', async () => {
      const user = newUser();
      const userId = await created(user);
      const cookie = tokenOf(await signIn(user));
      const sessionId = sessionIdOf(cookie);
      const prove = (password: string, headers: Record<string, string>) =>
        call(`${auth}/auth/reauthenticate`, { cookie, headers, body: { password } });

      expect(await eventsOf((headers) => prove('not the password', headers))).toMatchObject([
        {
          event: 'password.refused',
          outcome: 'failure',
          userId,
          sessionId,
          reason: 'wrong-password',
        },
      ]);
      let answer: Answer | undefined;
      const events = await eventsOf(async (headers) => {
        answer = await prove(user.password, headers);
      });
      expect(events).toMatchObject([
        {
          event: 'session.rotated',
          outcome: 'success',
          userId,
          sessionId: answer && sessionIdOf(tokenOf(answer)),
          previousSessionId: sessionId,
          reason: 'reauthenticated',
        },
      ]);
    });

    it('records a wrong current password and a password change', async () => {
      const user = newUser();
      const userId = await created(user);
      const cookie = tokenOf(await signIn(user));
      const sessionId = sessionIdOf(cookie);
      const newPassword = newUser().password;
      const set = (currentPassword: string, headers: Record<string, string>) =>
        call(`${auth}/auth/password`, { cookie, headers, body: { currentPassword, newPassword } });

      expect(await eventsOf((headers) => set('not the password', headers))).toEqual([
        {
          level: 'warn',
          service: 'auth',
          event: 'password.refused',
          outcome: 'failure',
          userId,
          sessionId,
          reason: 'wrong-password',
        },
      ]);
      let answer: Answer | undefined;
      const events = await eventsOf(async (headers) => {
        answer = await set(user.password, headers);
      });
      const renewed = answer && sessionIdOf(tokenOf(answer));
      const told = {
        level: 'info',
        service: 'auth',
        outcome: 'success',
        userId,
        sessionId: renewed,
      };
      expect(events).toEqual([
        {
          ...told,
          event: 'session.rotated',
          previousSessionId: sessionId,
          by: userId,
          reason: 'password-changed',
        },
        { ...told, event: 'password.changed' },
      ]);
    });

    it('records what an administrator changes about users and their sessions', async () => {
      const user = newUser();
      const live = sessionIdOf(tokenOf(await signIn(ada)));
      const told = { level: 'info', service: 'auth', outcome: 'success', by: adminId };

      const creation = await eventsOf((headers) => create(user, headers));
      expect(creation).toEqual([
        {
          ...told,
          event: 'user.created',
          userId: expect.any(String) as string,
          username: user.username,
          roles: ['products'],
        },
      ]);
      const roles = ['products', 'products:write'];
      const promotion = await eventsOf((headers) => change('roles', { roles }, headers));
      expect(promotion).toContainEqual({
        ...told,
        event: 'user.rolesChanged',
        userId: adaId,
        roles,
      });
      expect(promotion.filter(({ sessionId }) => sessionId === live)).toEqual([
        {
          ...told,
          event: 'session.rolesChanged',
          sessionId: live,
          userId: adaId,
          roles,
          reason: null,
        },
      ]);
      const ban = await eventsOf((headers) => change('disabled', { disabled: true }, headers));
      expect(ban).toContainEqual({ ...told, event: 'user.disabled', userId: adaId });
      expect(ban.filter(({ sessionId }) => sessionId === live)).toEqual([
        { ...told, event: 'session.revoked', sessionId: live, userId: adaId, reason: 'disabled' },
      ]);
      const pardon = await eventsOf((headers) => change('disabled', { disabled: false }, headers));
      expect(pardon).toEqual([{ ...told, event: 'user.enabled', userId: adaId }]);
    });

    it.each<[string, number, (headers: Record<string, string>) => Promise<unknown>]>([
      ['wrong fields', 400, (headers) => call(`${auth}/auth/login`, { headers, body: {} })],
      ['no JSON', 400, (headers) => call(`${auth}/auth/login`, { headers, body: '{"a":b' })],
      [
        'another site',
        403,
        (headers) =>
          call(`${auth}/auth/login`, { headers: { ...headers, ...CROSS_SITE }, body: {} }),
      ],
      [
        '20 KB',
        413,
        (headers) => call(`${auth}/auth/login`, { headers, body: { a: 'x'.repeat(20_000) } }),
      ],
      [
        'a form',
        415,
        (headers) =>
          call(`${auth}/auth/login`, {
            headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
            body: 'a=b',
          }),
      ],
    ])(
      'records a request with %s, rejected with %i, but not its content',
      async (_, status, send) => {
        expect(await eventsOf(send)).toEqual([
          {
            level: 'warn',
            service: 'auth',
            event: 'request.refused',
            outcome: 'failure',
            status,
            code: expect.stringMatching(/^ERR_[A-Z_]+$/) as string,
          },
        ]);
      },
    );

    it.each([
      ['junk', 'junk\r\n\r\n', 400],
      ['a line too many in a head', 'GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n', 400],
      ['a head that is too long', `GET / HTTP/1.1\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ])(
      'records %s, which is not a valid request, with the client address',
      async (_, bytes, status) => {
        const refused = () =>
          production.lines.filter(
            ({ event, request }) => event === 'request.refused' && request?.method === null,
          );
        const before = refused().length;
        expect((await rawText(orders, bytes)).status).toBe(status);
        await eventually(() => refused().length > before);
        expect(refused().slice(before)).toEqual([
          {
            level: 'warn',
            time: expect.any(String) as string,
            service: 'orders',
            context: 'Security',
            event: 'request.refused',
            outcome: 'failure',
            status,
            code: expect.stringMatching(/^ERR_[A-Z_]+$/) as string,
            request: { id: expect.any(String) as string, address: '127.0.0.1', method: null },
          },
        ]);
      },
    );

    it.each(['line\u2028end', 'a b', 'x'.repeat(65), 'caf\u00e9', 'a,b', '%0d%0a{"level":"info"}'])(
      'ignores the invalid request id %j, and returns none',
      async (id) => {
        const headers = { 'x-request-id': Buffer.from(id).toString('latin1') };
        const answer = await call(`${orders}/orders`, { headers });
        expect(answer.headers['x-request-id']).toBeUndefined();
      },
    );

    it('returns the request id of a proxy in the response', async () => {
      const answer = await call(`${orders}/orders`, { headers: { 'x-request-id': 'a-1' } });
      expect(answer.headers['x-request-id']).toBe('a-1');
    });

    it('records an unavailable store far less often than requests fail', async () => {
      const cookie = tokenOf(await signIn(admin));
      await production.system.redis.stop();
      const count = 50;
      const answers = await Promise.all(
        Array.from({ length: count }, () => call(`${auth}/auth/session`, { cookie })),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
      const told = () => production.lines.filter(({ event }) => event === 'store.unavailable');
      await eventually(() => told().length > 0);
      expect(told().length).toBeLessThan(count / 2);
      expect(told()[0]).toMatchObject({
        level: 'warn',
        status: 503,
        code: 'ERR_SESSION_STORE_UNAVAILABLE',
        route: '/auth/session',
        request: { method: 'GET', address: '127.0.0.1' },
      });
    });
  });
}
