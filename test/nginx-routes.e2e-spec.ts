import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eachRow } from '../tools/testing/each-row';
import { call, json } from './support/http';
import { Nginx, type Upstreams } from './support/nginx';

/** A request as it reached a service. */
interface Seen {
  by: string;
  path: string;
  headers: IncomingHttpHeaders;
}

/** Starts a service that returns the requests it receives. */
async function startEcho(by: string): Promise<Server> {
  const server = createServer(({ url, headers }, response) => {
    response.end(JSON.stringify({ by, path: url, headers }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

describe('docker/nginx/nginx.conf', () => {
  let servers: Server[];
  let nginx: Nginx;
  let upstreams: Upstreams;

  beforeAll(async () => {
    servers = await Promise.all(['auth', 'orders', 'products'].map(startEcho));
    const [auth = '', orders = '', products = ''] = servers.map(urlOf);
    upstreams = { auth, orders, products };
    nginx = await Nginx.start(upstreams);
  });
  afterAll(async () => {
    for (const server of servers) server.close();
    await nginx.stop();
  });

  const passed: [path: string, by: string][] = [
    ['/auth/login', 'auth'],
    ['/auth/sessions?limit=1', 'auth'],
    ['/admin/users', 'auth'],
    ['/sessions', 'auth'],
    ['/sessions/assets/index.js', 'auth'],
    ['/orders', 'orders'],
    ['/orders/7', 'orders'],
    ['/products', 'products'],
    ['/products/tea', 'products'],
  ];
  it('forwards paths to their service unchanged', () =>
    eachRow(passed, async ([path, by]) => {
      expect(json(await nginx.call(path))).toMatchObject({ by, path });
    }));

  const refused = [
    '/',
    '/sessionss',
    '/health/live',
    '/health/ready',
    '/HEALTH/live',
    '/docs',
    '/docs-json',
    '/auth/../health/live',
    '/auth/%2e%2e/health/live',
    '/auth/..%2fhealth/live',
    '/orders/../docs',
    '//health/live',
    '/%68ealth/live',
    '/auth/verify',
    '/auth/verify/orders',
    '/auth/verify?x',
    '/AUTH/Verify',
    '/auth/Verify',
    '//auth//verify/',
    '/auth/%76erify',
    '/auth%2fverify',
    '/auth/session/../verify',
    '/auth/verify/../session',
    '/.well-known/jwks.json',
    '/auth/../.well-known/jwks.json',
  ];
  it('forwards no internal path, in any spelling', () =>
    eachRow(refused, async (path) => {
      expect((await nginx.call(path)).status).toBe(404);
    }));

  it('overwrites forwarded headers and removes identity headers of a client', async () => {
    const forged = {
      'x-forwarded-for': '192.0.2.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-port': '1',
      'x-forwarded-prefix': '/evil',
      'x-real-ip': '192.0.2.1',
      forwarded: 'for=192.0.2.1',
      'x-session-user': 'admin',
      'x-session-roles': 'admin',
      'x-session-identity': 'forged',
      'x-session-call': 'forged',
    };
    for (const path of ['/auth/session', '/auth/login', '/admin/users', '/orders', '/products']) {
      const answer = await nginx.call(path, {
        from: '127.0.0.3',
        headers: { ...forged, authorization: 'Bearer kept' },
      });
      const { headers } = json<Seen>(answer);
      const names = [...Object.keys(forged), 'host', 'authorization'];
      const seen = Object.entries(headers).filter(([name]) => names.includes(name));
      expect(Object.fromEntries(seen)).toEqual({
        host: `localhost:${nginx.port}`,
        'x-forwarded-for': '127.0.0.3',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': `localhost:${nginx.port}`,
        authorization: 'Bearer kept',
      });
    }
  });

  const limited: [path: string, from: string][] = [
    ['/auth/login', '127.0.0.11'],
    ['/auth/password', '127.0.0.12'],
    // Paths that Express treats as the same.
    ['/AUTH/Login', '127.0.0.13'],
    ['/auth/login/', '127.0.0.14'],
    ['//auth//login', '127.0.0.15'],
    ['/auth/%6cogin?a=b', '127.0.0.16'],
  ];
  it('forwards a burst of ten password requests, and rejects the eleventh', () =>
    eachRow(limited, async ([path, from]) => {
      for (let i = 0; i < 10; i += 1) {
        expect((await nginx.call(path, { from, body: {} })).status).toBe(200);
      }
      const refused = await nginx.call(path, { from, body: {} });
      expect(refused.status).toBe(429);
      expect(refused.headers).toMatchObject({
        'retry-after': '6',
        'content-type': 'application/problem+json',
      });
      expect(json(refused)).toMatchObject({ status: 429, code: 'ERR_TOO_MANY_REQUESTS' });
      // Other clients, and requests without a bcrypt, are not limited.
      expect((await nginx.call(path, { from: '127.0.0.99' })).status).not.toBe(429);
      expect((await nginx.call('/auth/session', { from })).status).toBe(200);
    }));

  it('limits IPv4 clients by address and IPv6 clients by /64', async () => {
    const zone = '  limit_req_status 429;';
    const behindAnother = await Nginx.start(upstreams, {
      edits: [[zone, `${zone}\n  set_real_ip_from 127.0.0.1;\n  real_ip_header X-Client;`]],
    });
    const statusOf = async (client: string) => {
      const call = { headers: { 'x-client': client }, body: {} };
      return (await behindAnother.call('/auth/login', call)).status;
    };
    try {
      for (const network of ['2001:db8:0:a0a:', '2001:db8:a00::']) {
        // 0a is the byte of a line feed, which a `.` in a pattern may not match.
        for (let i = 1; i <= 10; i += 1) expect(await statusOf(`${network}:${i}0a`)).toBe(200);
        expect(await statusOf(`${network}:99`)).toBe(429);
      }
      expect(await statusOf('2001:db8:0:a0b::1')).toBe(200);
      for (let i = 1; i <= 11; i += 1) expect(await statusOf(`192.0.2.${i}`)).toBe(200);
      for (let i = 1; i <= 11; i += 1) expect(await statusOf(`::ffff:198.51.100.${i}`)).toBe(200);
    } finally {
      await behindAnother.stop();
    }
  });

  it('redirects plain HTTP to the same URL over HTTPS', async () => {
    const answer = await call(`http://127.0.0.1:${nginx.plainPort}/orders?page=2`);
    expect(answer.status).toBe(308);
    expect(answer.headers.location).toBe('https://127.0.0.1/orders?page=2');
  });

  it('rejects a body that is larger than services accept', async () => {
    expect((await nginx.call('/orders', { body: 'x'.repeat(17_000) })).status).toBe(413);
  });

  it('logs no errors except rate limits and oversized requests', async () => {
    const complaints = (await nginx.log()).split('\n').filter((it) => /\[\w+\] \d+#/.test(it));
    expect(complaints).not.toEqual([]);
    for (const complaint of complaints) expect(complaint).toMatch(/limiting requests|too large/);
  });
});
