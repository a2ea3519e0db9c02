import { eventually } from '../tools/testing/eventually';
import { answerIn, exchange, head, type RawAnswer } from './support/exchange';
import { extAuthzOf, forwardAuthOf, readEnvoy, readTraefik } from './support/gateway-files';
import { ADAPTERS, type DemoUser, System } from './support/system';

/** A request as a client has sent it to the gateway. */
interface Request {
  readonly method: string;
  readonly target: string;
  readonly service: string;
  /** Of the client, after the gateway has taken away what no client may say. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** How a gateway asks, byte for byte, and what it copies of the answer to the service. */
interface Gateway {
  readonly name: string;
  ask(request: Request): Promise<string>;
  /** The names of the headers, in lower case. */
  copied(): Promise<readonly string[]>;
}

/** As net/http of Go writes it: `Host` and `User-Agent`, then all others sorted, in their canonical case. */
const traefik: Gateway = {
  name: 'Traefik',
  async ask({ method, target, service, headers }) {
    const { authRequestHeaders } = forwardAuthOf(await readTraefik());
    const lines = [...headers, ['X-Verify-Service', service]]
      .filter(([name = '']) => authRequestHeaders.includes(name))
      .map((it) => it.join(': '));
    const own = [
      'X-Forwarded-For: 192.0.2.7',
      'X-Forwarded-Host: app.example.com',
      `X-Forwarded-Method: ${method}`,
      'X-Forwarded-Proto: https',
      `X-Forwarded-Uri: ${target}`,
    ];
    return head(
      'GET /auth/verify HTTP/1.1',
      'Host: auth:3000',
      'User-Agent: Go-http-client/1.1',
      ...[...lines, ...own].sort(),
      'Accept-Encoding: gzip',
    );
  },
  async copied() {
    const { authResponseHeaders } = forwardAuthOf(await readTraefik());
    return authResponseHeaders.map((name) => name.toLowerCase());
  },
};

/** The request's own method and host, its path behind the prefix, and all names in lower case. */
const envoy: Gateway = {
  name: 'Envoy',
  async ask({ method, target, service, headers }) {
    const { allowed_headers: allowed, http_service: http } = extAuthzOf(await readEnvoy());
    const names = allowed.patterns.map(({ exact }) => exact);
    const lines = [...headers, ['X-Verify-Service', service]]
      .map(([name = '', value = '']) => [name.toLowerCase(), value])
      .filter(([name = '']) => names.includes(name))
      .map((it) => it.join(': '));
    return head(
      `${method} ${http.path_prefix}${target} HTTP/1.1`,
      'host: app.example.com',
      'content-length: 0',
      ...lines,
      'x-envoy-internal: true',
      'x-forwarded-for: 192.0.2.7',
      'x-envoy-expected-rq-timeout-ms: 2000',
    );
  },
  async copied() {
    const { authorization_response: response } = extAuthzOf(await readEnvoy()).http_service;
    return response.allowed_upstream_headers.patterns.map(({ exact }) => exact);
  },
};

/** For a server that would keep the connection: a second request that makes it end. */
const LAST = head('GET /health/live HTTP/1.1', 'Host: auth', 'Connection: close');

describe.each(ADAPTERS)('/auth/verify, asked as gateways ask, on %s', (adapter) => {
  let system: System;
  const cookies = {} as Record<DemoUser, string>;

  beforeAll(async () => {
    system = await System.start(adapter);
    for (const user of ['alice', 'bob', 'carol', 'admin'] as const) {
      cookies[user] = await system.signIn(user);
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
  afterAll(() => system.stop());

  const cookieOf = (user: DemoUser) => [['Cookie', `__Host-sid=${cookies[user]}`]] as const;

  const asked = async (gateway: Gateway, request: Request): Promise<RawAnswer> =>
    send(await gateway.ask(request));

  /** The first answer alone. */
  const send = async (text: string) => answerIn(await exchange(system.auth.url, text + LAST));

  const get = (target: string, service: string, headers: Request['headers'] = []): Request => ({
    method: 'GET',
    target,
    service,
    headers,
  });

  describe.each([traefik, envoy])('by $name', (gateway) => {
    it('says whose request it is, in the headers that are copied and in no other', async () => {
      const answer = await asked(gateway, get('/orders/7?page=2', 'orders', cookieOf('alice')));
      expect(answer.status).toBe(200);
      const copied = await gateway.copied();
      expect(copied).toEqual(['x-session-user', 'x-session-roles', 'x-session-identity']);
      for (const name of copied) expect(answer.headers[name]).toMatch(/./);
      expect(answer.headers['x-session-roles']).toBe('orders,products');
      // What would be believed, if it were copied.
      const others = Object.keys(answer.headers).filter((name) => !copied.includes(name));
      expect(
        others.filter((name) => /^(x-session|cookie|set-cookie|authorization)/.test(name)),
      ).toEqual([]);
      const identity = answer.headers['x-session-identity'] ?? '';
      expect(claimsIn(identity)).toMatchObject({ aud: 'orders' });
    });

    it.each<[number, string, string, string, DemoUser | null]>([
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
      // Routes that nobody has, and those of another service.
      [403, 'DELETE', '/orders', 'orders', 'admin'],
      [403, 'GET', '/ordersx', 'orders', 'admin'],
      [403, 'GET', '/products', 'orders', 'admin'],
      [403, 'GET', '/orders', 'nobody', 'admin'],
      // Paths that can be read in two ways.
      [403, 'GET', '//orders', 'orders', 'admin'],
      [403, 'GET', '/orders/..%2fadmin', 'orders', 'admin'],
      [403, 'GET', '/orders;x', 'orders', 'admin'],
      [403, 'GET', '/ORDERS', 'orders', 'admin'],
      [403, 'GET', '/%6frders', 'orders', 'admin'],
      [403, 'GET', '/./orders', 'orders', 'admin'],
      [403, 'OPTIONS', '/orders', 'orders', null],
    ])('says %i of %s %s for %s, asked by %s', async (status, method, target, service, user) => {
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

    it('takes a bearer token as well, and never both', async () => {
      const bearer = ['Authorization', `Bearer ${cookies.alice}`] as const;
      expect((await asked(gateway, get('/orders', 'orders', [bearer]))).status).toBe(200);
      const both = [bearer, ...cookieOf('alice')];
      expect((await asked(gateway, get('/orders', 'orders', both))).status).toBe(401);
    });

    it('hears nothing of what a client says of its request', async () => {
      const told: Request['headers'] = [
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

  it.each<[string, string, readonly string[]]>([
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
  ])(
    'refuses what %s would pass on of a client if it were told to: %s, %j',
    async (_, line, headers) => {
      const cookie = `Cookie: __Host-sid=${cookies.admin}`;
      const answer = await send(head(`${line} HTTP/1.1`, 'Host: auth', cookie, ...headers));
      expect(answer.status).toBe(403);
      expect(JSON.parse(bodyOf(answer))).toMatchObject({ code: 'ERR_VERIFY_UNCLEAR' });
    },
  );

  it('answers 503 while Redis is away, and says when to come back', async () => {
    await system.redis.stop();
    for (const gateway of [traefik, envoy]) {
      const answer = await asked(gateway, get('/orders', 'orders', cookieOf('alice')));
      expect([gateway.name, answer.status, answer.headers['retry-after']]).toEqual([
        gateway.name,
        503,
        '1',
      ]);
      expect(Object.keys(answer.headers)).not.toContain('set-cookie');
    }
  });
});

function forwarded(target: string): string[] {
  return ['X-Forwarded-Method: GET', `X-Forwarded-Uri: ${target}`];
}

/** Up to its end: what follows is the answer to {@link LAST}. */
function bodyOf({ headers, text }: RawAnswer): string {
  return Buffer.from(text, 'latin1').subarray(0, Number(headers['content-length'])).toString();
}

function claimsIn(identity: string): unknown {
  return JSON.parse(Buffer.from(identity.split('.')[1] ?? '', 'base64url').toString());
}
