import { eventually } from '../tools/testing/eventually';
import { eachRow } from '../tools/testing/each-row';
import { head, type RawAnswer } from './support/exchange';
import {
  askAs,
  envoy,
  type Gateway,
  type GatewayRequest,
  sendToAuth,
  traefik,
} from './support/forward-auth-requests';
import { sharedSystem } from './support/shared-systems';
import { ADAPTERS, type System } from './support/system';

/** Users of the requests, each with the roles of the demo user of that name. */
const ROLES = {
  alice: ['orders', 'products'],
  bob: ['products'],
  carol: ['orders', 'orders:write', 'products'],
  admin: ['admin', 'orders', 'products'],
} as const;

type User = keyof typeof ROLES;

/** Answers of auth: status, method, target, service and user of the request. */
const ANSWERS: readonly [number, string, string, string, User | null][] = [
  [200, 'GET', '/orders', 'orders', 'alice'],
  [200, 'HEAD', '/orders', 'orders', 'alice'],
  [403, 'POST', '/orders', 'orders', 'alice'],
  [200, 'POST', '/orders', 'orders', 'carol'],
  [403, 'GET', '/orders', 'orders', 'bob'],
  [200, 'GET', '/products', 'products', 'bob'],
  [401, 'GET', '/orders', 'orders', null],
  [401, 'POST', '/orders', 'orders', null],
  [403, 'GET', '/admin/users', 'auth', 'carol'],
  [200, 'GET', '/admin/services', 'auth', 'admin'],
  // Routes that do not exist, and routes of another service.
  [403, 'DELETE', '/orders', 'orders', 'admin'],
  [403, 'GET', '/ordersx', 'orders', 'admin'],
  [403, 'GET', '/products', 'orders', 'admin'],
  [403, 'GET', '/orders', 'nobody', 'admin'],
  // Ambiguous paths.
  [403, 'GET', '//orders', 'orders', 'admin'],
  [403, 'GET', '/orders/..%2fadmin', 'orders', 'admin'],
  [403, 'GET', '/orders;x', 'orders', 'admin'],
  [403, 'GET', '/ORDERS', 'orders', 'admin'],
  [403, 'GET', '/%6frders', 'orders', 'admin'],
  [403, 'GET', '/./orders', 'orders', 'admin'],
  [403, 'OPTIONS', '/orders', 'orders', null],
];

describe.each(ADAPTERS)('/auth/verify, called like a gateway calls it, on %s', (adapter) => {
  let system: System;
  const cookies = {} as Record<User, string>;

  beforeAll(async () => {
    system = await sharedSystem(adapter);
    for (const user of Object.keys(ROLES) as User[]) {
      cookies[user] = await system.signIn(await system.createUser(ROLES[user]));
    }
    await eventually(async () => {
      const request = { method: 'GET', headers: cookieOf('admin') };
      const answers = await Promise.all([
        asked(traefik, { ...request, target: '/orders', service: 'orders' }),
        asked(traefik, { ...request, target: '/products', service: 'products' }),
        asked(traefik, { ...request, target: '/admin/users', service: 'auth' }),
      ]);
      return answers.every(({ status }) => status === 200);
    });
  });

  const cookieOf = (user: User) => [['Cookie', `__Host-sid=${cookies[user]}`]] as const;

  const asked = (gateway: Gateway, request: GatewayRequest): Promise<RawAnswer> =>
    askAs(gateway, system.auth.url, request);

  const get = (
    target: string,
    service: string,
    headers: GatewayRequest['headers'] = [],
  ): GatewayRequest => ({
    method: 'GET',
    target,
    service,
    headers,
  });

  describe.each([traefik, envoy])('by $name', (gateway) => {
    it('returns the identity only in the headers that the gateway copies', async () => {
      const answer = await asked(gateway, get('/orders/7?page=2', 'orders', cookieOf('alice')));
      expect(answer.status).toBe(200);
      const copied = await gateway.copied();
      expect(copied).toEqual(['x-session-user', 'x-session-roles', 'x-session-identity']);
      for (const name of copied) expect(answer.headers[name]).toMatch(/./);
      expect(answer.headers['x-session-roles']).toBe('orders,products');
      // Headers that a service would trust, if the gateway copied them.
      const others = Object.keys(answer.headers).filter((name) => !copied.includes(name));
      expect(
        others.filter((name) => /^(x-session|cookie|set-cookie|authorization)/.test(name)),
      ).toEqual([]);
      const identity = answer.headers['x-session-identity'] ?? '';
      expect(claimsIn(identity)).toMatchObject({ aud: 'orders' });
    });

    it('decides by the route, the service and the user of a request', async () => {
      await eachRow(ANSWERS, async ([status, method, target, service, user]) => {
        const headers = user === null ? [] : cookieOf(user);
        const answer = await asked(gateway, { method, target, service, headers });
        expect(answer.status).toBe(status);
        if (status === 200) return;
        expect(answer.headers).toMatchObject({
          'content-type': expect.stringMatching(/^application\/problem\+json/) as string,
          'cache-control': 'no-store',
        });
        expect(
          Object.keys(answer.headers).filter((name) => /x-session|set-cookie/.test(name)),
        ).toEqual([]);
      });
    });

    it('accepts a bearer token, but not together with a cookie', async () => {
      const bearer = ['Authorization', `Bearer ${cookies.alice}`] as const;
      expect((await asked(gateway, get('/orders', 'orders', [bearer]))).status).toBe(200);
      const both = [bearer, ...cookieOf('alice')];
      expect((await asked(gateway, get('/orders', 'orders', both))).status).toBe(401);
    });

    it('ignores headers in which a client describes its request', async () => {
      const told: GatewayRequest['headers'] = [
        ...cookieOf('alice'),
        ['X-Forwarded-Method', 'GET'],
        ['X-Forwarded-Uri', '/orders'],
        ['X-Original-Method', 'GET'],
        ['X-Original-URI', '/orders'],
        ['X-Session-Roles', 'admin'],
      ];
      const answer = await asked(gateway, { ...get('/admin/users', 'auth', told) });
      expect(answer.status).toBe(403);
      expect((await asked(gateway, get('/orders', 'orders', told))).status).toBe(200);
    });
  });

  it('rejects client headers that a misconfigured gateway would forward', async () => {
    const passedOn: readonly [gateway: string, line: string, headers: readonly string[]][] = [
      [
        'Envoy',
        'GET /auth/verify/admin/users',
        ['x-forwarded-method: GET', 'x-forwarded-uri: /orders'],
      ],
      ['Envoy', 'GET /auth/verify/admin/users', ['x-forwarded-uri: /orders']],
      ['Envoy', 'GET /auth/verify/orders', ['x-original-uri: /orders', 'x-original-method: GET']],
      ['Traefik', 'GET /auth/verify', [...forwarded('/admin/users'), 'X-Original-Uri: /orders']],
      ['Traefik', 'GET /auth/verify', [...forwarded('/orders'), 'X-Forwarded-Uri: /orders']],
      ['Traefik', 'GET /auth/verify', [...forwarded('/orders'), 'X-Forwarded-Method: GET']],
    ];
    await eachRow(passedOn, async ([, line, headers]) => {
      const cookie = `Cookie: __Host-sid=${cookies.admin}`;
      const question = head(`${line} HTTP/1.1`, 'Host: auth', cookie, ...headers);
      const answer = await sendToAuth(system.auth.url, question);
      expect(answer.status).toBe(403);
      expect(JSON.parse(bodyOf(answer))).toMatchObject({ code: 'ERR_VERIFY_UNCLEAR' });
    });
  });
});

function forwarded(target: string): string[] {
  return ['X-Forwarded-Method: GET', `X-Forwarded-Uri: ${target}`];
}

/** Returns the body up to its end: the rest is the answer to the next request. */
function bodyOf({ headers, text }: RawAnswer): string {
  return Buffer.from(text, 'latin1').subarray(0, Number(headers['content-length'])).toString();
}

function claimsIn(identity: string): unknown {
  return JSON.parse(Buffer.from(identity.split('.')[1] ?? '', 'base64url').toString());
}
