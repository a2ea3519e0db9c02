import type { ServerResponse } from 'node:http';
import { eachRow } from '../tools/testing/each-row';
import { answerIn, head } from './support/exchange';
import { json } from './support/http';
import { GATEWAY_FILE, Nginx } from './support/nginx';
import { Upstream } from './support/upstream';
import { websocketRequest } from './support/websocket';

/** Headers of auth's answer for a known user. */
const KNOWN = {
  'X-Session-User': '7',
  'X-Session-Roles': 'orders,products',
  'X-Session-Identity': 'signed.by.auth',
};

const say =
  (status: number, headers = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(status, headers).end();

describe('docker/gateway/nginx.conf, with a scripted auth', () => {
  let verify: (response: ServerResponse) => void;
  let auth: Upstream;
  let orders: Upstream;
  let products: Upstream;
  let nginx: Nginx;

  beforeAll(async () => {
    auth = await Upstream.start(({ url }, response) => {
      if (url === '/auth/verify') verify(response);
      else response.end();
    });
    orders = await Upstream.start();
    products = await Upstream.start();
    const upstreams = { auth: auth.url, orders: orders.url, products: products.url };
    nginx = await Nginx.start(upstreams, {
      file: GATEWAY_FILE,
      edits: [
        ['map $http_origin $allowed_origin {', MAP_WITH_AN_ORIGIN],
        [
          'location /products {',
          `location /forgotten { proxy_pass $orders; }\nlocation /products {`,
        ],
      ],
    });
  });
  beforeEach(() => {
    verify = say(200, KNOWN);
    forgetArrivals();
  });
  afterAll(async () => {
    await Promise.all([auth, orders, products].map((it) => it.stop()));
    await nginx.stop();
  });

  const MAP_WITH_AN_ORIGIN = `map $http_origin $allowed_origin {
    "https://app.example.com" $http_origin;`;

  const forgetArrivals = () => {
    for (const { arrivals } of [auth, orders, products]) arrivals.length = 0;
  };
  const countArrivals = () => [auth, orders, products].map(({ arrivals }) => arrivals.length);

  /** Sends a request unchanged, over a connection that closes after it. */
  const send = async (line: string, ...headers: string[]) =>
    answerIn(await nginx.exchange(head(line, 'Host: localhost', 'Connection: close', ...headers)));

  it('asks auth about a request before it forwards the request', async () => {
    const answer = await nginx.call('/orders/7?page=2&q=a%2fb', {
      method: 'PATCH',
      headers: { cookie: 'a=b; __Host-sid=token', authorization: 'Basic YTpi' },
      body: { much: 'content' },
    });
    expect(answer.status).toBe(200);
    expect(countArrivals()).toEqual([1, 1, 0]);
    const [{ method, url, rawHeaders } = { rawHeaders: [] }] = auth.arrivals;
    expect([method, url]).toEqual(['GET', '/auth/verify']);
    expect(pairsOf(rawHeaders)).toEqual({
      host: new URL(auth.url).host,
      cookie: 'a=b; __Host-sid=token',
      authorization: 'Basic YTpi',
      'x-original-method': 'PATCH',
      'x-original-uri': '/orders/7?page=2&q=a%2fb',
      'x-verify-service': 'orders',
    });
    expect(orders.arrivals).toMatchObject([{ method: 'PATCH', url: '/orders/7?page=2&q=a%2fb' }]);
    expect(orders.headersOf('cookie')).toEqual(['a=b; __Host-sid=token']);
  });

  it('forwards no client-supplied description of the request to auth or the service', async () => {
    const told = [
      'X-Original-Method: GET',
      'X-Original-URI: /public',
      'X-Original-URL: /admin',
      'X-Rewrite-URL: /admin',
      'X-Forwarded-Method: GET',
      'X-Forwarded-Uri: /public',
      'X-Verify-Service: products',
      'X-HTTP-Method: DELETE',
      'X-HTTP-Method-Override: DELETE',
      'X-Method-Override: DELETE',
      'X-Forwarded-For: 192.0.2.1',
      'Forwarded: for=192.0.2.1',
    ];
    const lower = told.map((line) => line.toLowerCase());
    const { status } = await send('GET /orders HTTP/1.1', ...told, ...lower);
    expect(status).toBe(200);
    expect(pairsOf(auth.arrivals[0]?.rawHeaders ?? [])).toEqual({
      host: new URL(auth.url).host,
      'x-original-method': 'GET',
      'x-original-uri': '/orders',
      'x-verify-service': 'orders',
    });
    const seen = told.map((line) => line.split(':')[0]?.toLowerCase() ?? '');
    const passed = seen.flatMap((name) => orders.headersOf(name).map((value) => [name, value]));
    expect(passed).toEqual([['x-forwarded-for', '127.0.0.1']]);
  });

  it.each<[string, Record<string, string>]>([
    ['a user', KNOWN],
    ['an anonymous caller, on a public route', { 'X-Session-User': '', 'X-Session-Identity': '' }],
    ['no caller at all', {}],
  ])('forwards only the identity from auth, which names %s', async (_, said) => {
    verify = say(200, said);
    const forged = ['User', 'Roles', 'Identity', 'Call'].flatMap((name) => [
      `X-Session-${name}: forged`,
      `x-session-${name.toLowerCase()}: forged`,
      `X-SESSION-${name.toUpperCase()}: forged`,
      `X_Session_${name}: forged`,
      `X-Session_${name}: forged`,
      `X.Session.${name}: forged`,
    ]);
    const { status } = await send('GET /orders HTTP/1.1', ...forged);
    expect(status).toBe(200);
    const { rawHeaders = [] } = orders.arrivals[0] ?? {};
    expect(rawHeaders).not.toContain('forged');
    for (const name of ['X-Session-User', 'X-Session-Roles', 'X-Session-Identity']) {
      expect(orders.headersOf(name.toLowerCase())).toEqual(said[name] ? [said[name]] : []);
    }
  });

  it.each(['/auth/session', '/auth/login'])(
    'forwards %s without verification and without identity headers',
    async (path) => {
      await send(`GET ${path} HTTP/1.1`, 'X-Session-User: 1', 'X-Session-Call: x', 'Cookie: a=b');
      expect(auth.arrivals.map(({ url }) => url)).toEqual([path]);
      expect(auth.headersOf('cookie')).toEqual(['a=b']);
      for (const name of ['user', 'roles', 'identity', 'call']) {
        expect(auth.headersOf(`x-session-${name}`)).toEqual([]);
      }
    },
  );

  it('asks auth about every other path, even in a location without auth settings', async () => {
    await nginx.call('/admin/users');
    await nginx.call('/products');
    await nginx.call('/forgotten');
    const asked = auth.arrivals.filter(({ url }) => url === '/auth/verify');
    const services = asked.map(({ rawHeaders }) => pairsOf(rawHeaders)['x-verify-service']);
    expect(services).toEqual(['auth', 'products', undefined]);
    verify = say(403);
    orders.arrivals.length = 0;
    expect((await nginx.call('/forgotten')).status).toBe(403);
    expect(orders.arrivals).toEqual([]);
  });

  it.each([
    [401, 'ERR_SESSION_REQUIRED'],
    [403, 'ERR_FORBIDDEN'],
  ])('rejects a request with %i when auth does', async (status, code) => {
    const set = { 'Set-Cookie': 'a=b', 'X-Session-User': '7' };
    verify = say(status, status === 401 ? { ...set, 'WWW-Authenticate': 'Bearer' } : set);
    for (const body of [undefined, { some: 'body' }]) {
      const answer = await nginx.call('/orders', { body });
      expect(answer.status).toBe(status);
      expect(answer.headers).toMatchObject({
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
      });
      expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(json(answer)).toMatchObject({ type: 'about:blank', status, code });
    }
    expect(orders.arrivals).toEqual([]);
  });

  it('returns the problem details from auth, and ignores those from a client', async () => {
    const problem = { status: 403, code: 'ERR_SESSION_REAUTHENTICATION_REQUIRED', maxAge: 300 };
    const told = JSON.stringify({ ...problem, detail: 'at \\ "/proof"' });
    verify = say(403, { 'X-Session-Problem': told });
    const answer = await nginx.call('/orders', { method: 'DELETE' });
    expect([answer.status, answer.text]).toEqual([403, told]);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.headers['x-session-problem']).toBeUndefined();
    verify = say(403);
    const headers = { 'X-Session-Problem': told };
    expect(json(await nginx.call('/orders', { headers }))).toMatchObject({ code: 'ERR_FORBIDDEN' });
  });

  it('responds 503 when auth neither authorizes nor rejects a request', async () => {
    const unclear: readonly [name: string, answering: (response: ServerResponse) => void][] = [
      ['503', say(503, { 'Retry-After': '1' })],
      ['500', say(500)],
      ['502', say(502)],
      ['429', say(429)],
      ['404', say(404)],
      ['400', say(400)],
      ['302', say(302, { Location: '/auth/login' })],
      ['304', say(304)],
      ['nothing, and ends the connection', (response) => response.destroy()],
      ['what is no HTTP', (response) => response.socket?.end('hello')],
      ['half a head', (response) => response.socket?.end('HTTP/1.1 200 OK\r\nX-Session-User')],
      ['more than fits', say(200, { 'X-Session-Identity': 'x'.repeat(17_000) })],
      ['nothing in time', () => undefined],
    ];
    await eachRow(
      unclear,
      async ([, answering]) => {
        verify = answering;
        const answer = await nginx.call('/orders');
        expect(answer.status).toBe(503);
        expect(answer.headers).toMatchObject({
          'content-type': 'application/problem+json',
          'cache-control': 'no-store',
          'retry-after': '1',
        });
        expect(answer.headers['set-cookie']).toBeUndefined();
        expect(json(answer)).toMatchObject({ status: 503, code: 'ERR_GATEWAY_UNAVAILABLE' });
        expect(orders.arrivals).toEqual([]);
      },
      ([name]) => name,
    );
  });

  it('forwards an identity of the largest size that services accept', async () => {
    const identity = 'x'.repeat(15_000);
    verify = say(200, { 'X-Session-Identity': identity });
    expect((await nginx.call('/orders')).status).toBe(200);
    expect(orders.headersOf('x-session-identity')).toEqual([identity]);
  });

  it('rejects a request head that would leave no room for an identity', async () => {
    const cookie = (length: number) => `Cookie: a=${'x'.repeat(length)}`;
    expect((await send('GET /orders HTTP/1.1', cookie(6_000))).status).toBe(200);
    expect((await send('GET /orders HTTP/1.1', cookie(7_000))).status).toBe(431);
    expect((await send(`GET /orders?${'x'.repeat(7_000)} HTTP/1.1`)).status).toBe(414);
  });

  it('forwards exactly the target that it asks auth about', async () => {
    const rows = [
      '/orders/',
      '/orders?a=/../b',
      '/orders/a%20b',
      '/orders//1',
      '/orders/./1',
      '/orders/../orders',
      '/products/../orders/1',
      '/orders/..%2fadmin/../orders',
      '/%6frders',
      '/orders%2f1',
      '/orders;x=1',
      '/orders/%E2%82%AC',
      '/orders/a\\b',
      '/orders#x',
      '/orders?#',
    ];
    await eachRow(rows, async (target) => {
      forgetArrivals();
      const { status } = await send(`GET ${target} HTTP/1.1`);
      const asked = auth.arrivals.map(({ rawHeaders }) => pairsOf(rawHeaders)['x-original-uri']);
      const sent = orders.arrivals.map(({ url }) => url);
      expect([status, asked]).toEqual([200, [target]]);
      expect(sent).toEqual([target]);
      expect(pairsOf(auth.arrivals[0]?.rawHeaders ?? [])['x-verify-service']).toBe('orders');
    });
  });

  it('extracts the path from a target that contains a host', async () => {
    for (const host of ['http://localhost', 'https://evil.example', 'http://localhost:1']) {
      auth.arrivals.length = orders.arrivals.length = 0;
      const { status } = await send(`GET ${host}/orders/1?a HTTP/1.1`);
      const asked = auth.arrivals.map(({ rawHeaders }) => pairsOf(rawHeaders)['x-original-uri']);
      const sent = orders.arrivals.map(({ url }) => url);
      expect([status, asked, sent]).toEqual([200, ['/orders/1?a'], ['/orders/1?a']]);
    }
  });

  it('forwards exactly the method that it asks auth about', async () => {
    const methods = [
      'GET',
      'HEAD',
      'POST',
      'PUT',
      'DELETE',
      'OPTIONS',
      'PROPFIND',
      'REPORT',
      'M-SEARCH',
    ];
    await eachRow(methods, async (method) => {
      forgetArrivals();
      await send(`${method} /orders HTTP/1.1`);
      const { rawHeaders = [] } = auth.arrivals[0] ?? {};
      expect(pairsOf(rawHeaders)['x-original-method']).toBe(method);
      expect(orders.arrivals.map((it) => it.method)).toEqual([method]);
    });
  });

  it('rejects invalid and unsupported methods', async () => {
    const methods = ['get', 'Get', 'TRACE', 'CONNECT', 'GE\tT', 'G"ET'];
    await eachRow(methods, async (method) => {
      forgetArrivals();
      expect([400, 405]).toContain((await send(`${method} /orders HTTP/1.1`)).status);
      expect(countArrivals()).toEqual([0, 0, 0]);
    });
  });

  it('responds 404 to internal and unknown paths without forwarding them', async () => {
    const rows = [
      '/auth/verify/',
      '/auth/verify/orders',
      '/auth/verify?x',
      '/AUTH/Verify',
      '/auth/Verify',
      '/auth//verify',
      '//auth/verify',
      '/auth/%76erify',
      '/%61uth/verify',
      '/auth%2fverify',
      '/auth/%2fverify',
      '/auth/./verify',
      '/auth/%2e/verify',
      '/orders/../auth/verify',
      '/auth/verify/../session',
      '/auth/verify/%2e%2e/login',
      '/auth/verify*/../session',
      '/auth/verify#/../session',
      '/auth/session/../verify',
      '/auth/login/../verify/',
      '/auth\\verify',
      '/verify',
      '/preflight',
      '//orders',
      '/%2forders',
      '/.well-known/jwks.json',
      '/%2ewell-known/jwks.json',
      '/auth/../.well-known/jwks.json',
      '/health/live',
      '/docs',
      '/',
    ];
    await eachRow(rows, async (target) => {
      forgetArrivals();
      const { status } = await send(`GET ${target} HTTP/1.1`, 'X-Original-URI: /orders');
      expect([status, countArrivals()]).toEqual([404, [0, 0, 0]]);
    });
  });

  it('responds 404 to ambiguous spellings of paths that skip verification', async () => {
    const rows = [
      '/auth/%6cogin',
      '/auth/./session',
      '/auth/x/../session',
      '/auth/session;x',
      '/auth/a%2f..%2fsession',
      '/auth/session\\',
      '/auth/session%20',
    ];
    await eachRow(rows, async (target) => {
      forgetArrivals();
      expect((await send(`POST ${target} HTTP/1.1`, 'Content-Length: 0')).status).toBe(404);
      expect(countArrivals()).toEqual([0, 0, 0]);
    });
  });

  it('responds 503 while a service is down, and only to authorized requests', async () => {
    const gone = await Upstream.start();
    const behind = await Nginx.start(
      { auth: auth.url, orders: gone.url, products: products.url },
      { file: GATEWAY_FILE },
    );
    await gone.stop();
    try {
      expect((await behind.call('/orders')).status).toBe(503);
      verify = say(401);
      expect((await behind.call('/orders')).status).toBe(401);
    } finally {
      await behind.stop();
    }
  });

  describe('a WebSocket', () => {
    const open = (...headers: string[]) =>
      nginx.exchange(websocketRequest('/orders/live', 'Connection: close', ...headers));

    it('is forwarded with its identity when auth authorizes it', async () => {
      const received = await nginx.exchange(
        websocketRequest('/orders/live', 'X-Session-User: forged'),
        'frame',
      );
      expect(received).toMatch(
        /^HTTP\/1\.1 101 .*Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/is,
      );
      expect(orders.arrivals).toMatchObject([{ method: 'GET', url: '/orders/live' }]);
      expect(orders.headersOf('x-session-user')).toEqual(['7']);
      expect(orders.headersOf('upgrade')).toEqual(['websocket']);
      expect(auth.headersOf('upgrade')).toEqual([]);
    });

    it.each([
      [401, 401],
      [403, 403],
      [500, 503],
    ])('is rejected before it reaches its service when auth responds %i', async (said, status) => {
      verify = say(said);
      expect(answerIn(await open()).status).toBe(status);
      expect(orders.arrivals).toEqual([]);
    });

    it.each(['h2c', 'TLS/1.0', 'websocket, h2c', 'h2c, websocket'])(
      'is the only upgrade that is forwarded, unlike %s',
      async (upgrade) => {
        const settings = ['Connection: Upgrade, HTTP2-Settings, close', 'HTTP2-Settings: AAMAAABk'];
        await send('GET /orders HTTP/1.1', `Upgrade: ${upgrade}`, ...settings);
        expect(orders.headersOf('upgrade')).toEqual([]);
        expect(orders.headersOf('connection')).not.toContain('upgrade');
      },
    );
  });

  const PREFLIGHT = ['Access-Control-Request-Method: PUT', 'Access-Control-Request-Headers: x'];

  it('answers the preflight of an allowed origin without asking auth', async () => {
    const { status, headers } = await send(
      'OPTIONS /orders/1 HTTP/1.1',
      'Origin: https://app.example.com',
      ...PREFLIGHT,
    );
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-allow-credentials': 'true',
      vary: 'Origin',
    });
    expect(countArrivals()).toEqual([0, 0, 0]);
  });

  it.each([
    ['another origin', ['Origin: https://evil.example', ...PREFLIGHT]],
    ['an origin that begins alike', ['Origin: https://app.example.com.evil.example', ...PREFLIGHT]],
    ['no origin', PREFLIGHT],
    ['no method', ['Origin: https://app.example.com']],
  ])('asks auth about OPTIONS with %s', async (_, headers) => {
    verify = say(401);
    const answer = await send('OPTIONS /orders HTTP/1.1', ...headers);
    expect(answer.status).toBe(401);
    expect(countArrivals()).toEqual([1, 0, 0]);
  });

  it('makes rejections readable for pages of an allowed origin', async () => {
    for (const status of [401, 403, 503]) {
      verify = say(status);
      for (const [origin, allowed] of [
        ['https://app.example.com', 'https://app.example.com'],
        ['https://evil.example', undefined],
      ] as const) {
        const answer = await nginx.call('/orders', { headers: { origin } });
        expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([
          status,
          allowed,
        ]);
      }
    }
    // The service sets the header itself, and a duplicate is invalid.
    verify = say(200);
    const { headers } = await nginx.call('/orders', {
      headers: { origin: 'https://app.example.com' },
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('logs no critical error', async () => {
    expect(await nginx.log()).not.toMatch(/\[(emerg|alert|crit)\]/);
  });
});

/** Returns headers by their lower-case names; fails on a duplicate. */
function pairsOf(rawHeaders: readonly string[]): Record<string, string> {
  const pairs = new Map<string, string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    if (pairs.has(name)) throw new Error(`${name} came twice`);
    pairs.set(name, rawHeaders[at + 1] ?? '');
  }
  return Object.fromEntries(pairs);
}
