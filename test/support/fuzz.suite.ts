import fc from 'fast-check';
import { fuzzed } from '../../tools/testing/fuzzed';
import type { RawAnswer } from './exchange';
import { bodiesTo, brokenRequests, requestsTo } from './fuzzed-requests';
import { call, json } from './http';
import { dump } from './redis-dump';
import { type Adapter, System } from './system';
import { type WireRequest, sendOverWire } from './wire-request';

const GUARDED = {
  auth: [
    ...['/auth/session', '/auth/sessions', '/auth/sessions/x', '/auth/password', '/admin/users'],
    ...['/admin/users/x/roles', '/admin/users/x/sessions', '/admin/services', '/admin/events'],
    ...['/auth/verify', '/auth/verify/orders', '/nothing'],
  ],
  orders: ['/orders', '/orders/1', '/orders/coupon', '/'],
  products: ['/products', '/products/tea', '/products/offers'],
} as const;
const SERVICES = ['auth', 'orders', 'products'] as const;

/** Redis keys that hold or describe sessions. */
const OF_SESSIONS =
  /^(session|idle|session-data|user-sessions|live-sessions|watched-sessions|session-events)/;
/** Time limit for the rest of an incomplete request, in milliseconds. */
const PATIENCE = 100;
const TIME_LIMIT = 240_000;

/**
 * Sends generated requests to services on one adapter.
 *
 * @param effort Part of the requests of a long run; 1 for all of them.
 */
export function fuzzSuite(adapter: Adapter, effort: number): void {
  const tried = (runs: number) => fuzzed(Math.ceil(runs * effort));
  let system: System;
  let alice: string;
  let carol: string;

  beforeAll(async () => {
    system = await System.start(adapter);
    alice = await system.signIn('alice');
    carol = await system.signIn('carol');
  });
  afterAll(() => system.stop());

  /** Returns all stored data about sessions. */
  async function sessions(): Promise<object> {
    const all = Object.entries(await dump(system.redis.url));
    return Object.fromEntries(all.filter(([key]) => OF_SESSIONS.test(key)));
  }

  /** Fails unless the services still work, no user has gained rights, and no process has logged a crash. */
  async function expectUnharmed(): Promise<void> {
    expect(await system.statuses(alice)).toEqual([200, 200, 200]);
    const session = json<{ user: object }>(await call(system.doorOf('auth'), { cookie: alice }));
    expect(session.user).toEqual({
      id: expect.any(String) as string,
      username: 'alice',
      roles: ['orders', 'products'],
    });
    const admin = await call(`${system.auth.url}/admin/users`, { cookie: alice });
    expect(admin.status).toBe(403);
    expect(system.output.filter((line) => /uncaught|unhandled|FATAL/i.test(line))).toEqual([]);
  }

  it.each(SERVICES)(
    '%s rejects every request without a session, and stores no session',
    async (service) => {
      const before = await sessions();
      await fc.assert(
        fc.asyncProperty(requestsTo(GUARDED[service]), async (request) => {
          const answer = await sendOverWire(system[service].url, request);
          expectRefusal(request, answer);
          expect(answer.status !== 0 || request.method === 'CONNECT').toBe(true);
        }),
        tried(600),
      );
      expect(await sessions()).toEqual(before);
      await expectUnharmed();
    },
    TIME_LIMIT,
  );

  it.each(SERVICES)(
    '%s answers a malformed request with a client error, or not at all',
    async (service) => {
      const before = await sessions();
      await fc.assert(
        fc.asyncProperty(brokenRequests, async (request) => {
          expectRefusal(request, await sendOverWire(system[service].url, request, PATIENCE));
        }),
        tried(150),
      );
      expect(await sessions()).toEqual(before);
      await expectUnharmed();
    },
    TIME_LIMIT,
  );

  it(
    'only a password signs a user in',
    async () => {
      const before = await sessions();
      await fc.assert(
        fc.asyncProperty(bodiesTo('POST', '/auth/login'), async (request) => {
          const answer = await sendOverWire(system.auth.url, request);
          expectRefusal(request, answer);
          expect(answer.headers['set-cookie']).toBeUndefined();
        }),
        tried(200),
      );
      expect(await sessions()).toEqual(before);
      await expectUnharmed();
    },
    TIME_LIMIT,
  );

  it(
    'a request with a session causes no server error',
    async () => {
      const admin = await system.signIn('admin');
      const routes: [
        cookie: string,
        service: (typeof SERVICES)[number],
        requests: fc.Arbitrary<WireRequest>,
      ][] = [
        [carol, 'orders', bodiesTo('POST', '/orders')],
        [carol, 'orders', requestsTo(GUARDED.orders)],
        [carol, 'products', requestsTo(GUARDED.products)],
        [admin, 'auth', bodiesTo('POST', '/admin/users')],
        [admin, 'auth', bodiesTo('PUT', '/admin/users/x%00/roles')],
        [admin, 'auth', bodiesTo('POST', '/auth/password')],
        [
          admin,
          'auth',
          requestsTo(['/auth/sessions/x', '/admin/users/x/sessions', '/admin/users/x/roles']),
        ],
      ];
      for (const [cookie, service, requests] of routes) {
        await fc.assert(
          fc.asyncProperty(requests, async (request) => {
            const headers = request.headers.filter(
              ([name]) => !/^(cookie|authorization|x-session-.*)$/i.test(name),
            );
            const own: WireRequest = {
              ...request,
              headers: [...headers, ['Cookie', `__Host-sid=${cookie}`]],
            };
            const answer = await sendOverWire(system[service].url, own);
            expect(answer.status).toBeLessThan(500);
            expectReadable(own, answer);
          }),
          tried(150),
        );
      }
      await expectUnharmed();
    },
    TIME_LIMIT,
  );
}

/** Fails when a request without a session got anything but a client error or no answer. */
function expectRefusal(request: WireRequest, answer: RawAnswer): void {
  expect(answer.status).toBeLessThan(500);
  if (request.method === 'OPTIONS' && answer.status === 204) {
    // The methods of a path are public; all else is not.
    expect([answer.text, answer.headers.allow]).toEqual(['', expect.stringContaining('OPTIONS')]);
  } else if (answer.status !== 0) {
    expect(answer.status).toBeGreaterThanOrEqual(400);
  }
  expect(answer.headers['set-cookie'] ?? '').not.toMatch(/=[\w-]{43};/);
  expectReadable(request, answer);
}

/** Fails when an answer that is declared as JSON is not valid JSON, or when a problem has another status. */
function expectReadable({ method }: WireRequest, { status, headers, text }: RawAnswer): void {
  const type = headers['content-type'] ?? '';
  if (method === 'HEAD' || !type.includes('json')) return;
  const parsed = JSON.parse(Buffer.from(text, 'latin1').toString()) as { status?: number };
  if (type.startsWith('application/problem+json')) expect(parsed.status).toBe(status);
}
