import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppProcess } from '../tools/processes/app-process';
import { freePort } from '../tools/processes/free-port';
import { RedisServer } from '../tools/redis/redis-server';
import { eventually } from '../tools/testing/eventually';
import { makeCertificate } from '../tools/testing/make-certificate';
import { USERS_FILE } from './support/guarded-redis';
import { call } from './support/http';

/** A value in the format of a token, for which the service queries Redis. */
const TOKEN = 'A'.repeat(43);

describe('a service whose REDIS_URL begins with rediss://', () => {
  let folder: string;
  let certificate: string;
  let server: RedisServer;
  let tlsPort: number;
  let app: AppProcess | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'redis-tls-'));
    const made = await makeCertificate(folder, 'IP:127.0.0.1');
    certificate = made.certificate;
    tlsPort = await freePort();
    server = await RedisServer.start({
      aclFile: USERS_FILE,
      args: [
        ...['--tls-port', String(tlsPort), '--tls-auth-clients', 'no'],
        ...['--tls-cert-file', certificate, '--tls-key-file', made.key],
        ...['--tls-ca-cert-file', certificate],
      ],
    });
  });

  afterEach(() => app?.stop());
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const start = async (port: number, env: NodeJS.ProcessEnv = {}) => {
    const httpPort = String(await freePort());
    const lines: string[] = [];
    app = await AppProcess.start({
      name: 'products',
      url: `http://127.0.0.1:${httpPort}`,
      env: {
        PATH: process.env.PATH,
        PRODUCTS_PORT: httpPort,
        PRODUCTS_RPC_PORT: String(await freePort()),
        REDIS_URL: `rediss://products:change-me-products@127.0.0.1:${port}`,
        ...env,
      },
      onLine: (line) => lines.push(line),
    });
    return { app, lines };
  };

  it('reads sessions over TLS when it trusts the certificate', async () => {
    const { app } = await start(tlsPort, { NODE_EXTRA_CA_CERTS: certificate });

    await app.ready();

    const answer = await call(`${app.url}/products`, { bearer: TOKEN });
    expect(answer.status).toBe(401);
  });

  it.each([
    ['a self-signed certificate', () => tlsPort, /self-signed certificate/],
    ['a port without TLS', () => server.port, /Redis: /],
  ])('does not use %s', async (_, port, message) => {
    const { app, lines } = await start(port());

    await eventually(() => lines.some((line) => message.test(line)));
    await eventually(async () => {
      const live = await call(`${app.url}/health/live`).catch(() => null);
      return live?.status === 200;
    });

    expect((await call(`${app.url}/health/ready`)).status).toBe(503);
    expect((await call(`${app.url}/products`, { bearer: TOKEN })).status).toBe(503);
  });
});
