import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../tools/processes/free-port';
import { type Answer, json } from './support/http';
import { GATEWAY_FILE, Nginx, NGINX_FILE } from './support/nginx';

describe.each([
  ['docker/nginx/nginx.conf', NGINX_FILE],
  ['docker/gateway/nginx.conf', GATEWAY_FILE],
])('%s, in front of a failing service', (_, file) => {
  /** Server that accepts connections and never responds, like a frozen process. */
  let silent: Server;
  const sockets: Socket[] = [];
  let frozen: Nginx;
  let away: Nginx;

  beforeAll(async () => {
    silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const before = (port: number, edits: [string, string][] = []) => {
      const url = `http://127.0.0.1:${port}`;
      return Nginx.start({ auth: url, orders: url, products: url }, { file, edits });
    };
    // A shorter timeout for the test.
    const { port } = silent.address() as AddressInfo;
    frozen = await before(port, [['proxy_read_timeout 5s', 'proxy_read_timeout 300ms']]);
    away = await before(await freePort());
  });
  afterAll(async () => {
    await Promise.all([frozen.stop(), away.stop()]);
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  function expectProblem(answer: Answer): void {
    expect(answer.status).toBe(503);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'retry-after': '1',
    });
    expect(json(answer)).toMatchObject({ status: 503, code: 'ERR_SERVICE_UNAVAILABLE' });
  }

  it('responds 503 with a problem when a service does not respond', async () => {
    expectProblem(await frozen.call('/auth/session'));
  });

  it('responds 503 with a problem when a service is down', async () => {
    expectProblem(await away.call('/auth/session'));
    expectProblem(await away.call('/auth/login', { body: {} }));
  });

  it('clears cookies that fill the header limit', async () => {
    const cookie = `a=${'x'.repeat(4_000)}`;
    const cookies = Array.from({ length: 10 }, (__, i) => `c${i}${cookie}`).join('; ');
    for (const path of ['/auth/session', '/orders', '/nothing']) {
      const answer = await away.call(path, { headers: { cookie: cookies } });
      expect(answer.status).toBe(431);
      expect(answer.headers['clear-site-data']).toBe('"cookies"');
      expect(json(answer)).toMatchObject({ code: 'ERR_REQUEST_HEADER_FIELDS_TOO_LARGE' });
    }
    const { headers } = await away.call(`/auth/session?${'x'.repeat(40_000)}`);
    expect(headers['clear-site-data']).toBeUndefined();
  });
});
