import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRedisClient, whenReady } from 'nest-sessions/redis';
import { freePort } from '../../tools/processes/free-port';
import { PATIENCE } from '../../tools/redis/patience';
import { RedisServer } from '../../tools/redis/redis-server';
import { makeCertificate } from '../../tools/testing/make-certificate';
import { withToken } from './managed-redis/with-token';

describe('a client with a token, on a Redis with TLS', () => {
  let folder: string;
  let server: RedisServer;
  let port: number;
  let ca: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'managed-redis-'));
    const { certificate, key } = await makeCertificate(folder, 'DNS:localhost');
    ca = await readFile(certificate, 'utf8');
    port = await freePort();
    server = await RedisServer.start({
      args: [
        ...['--requirepass', 'token', '--tls-port', String(port), '--tls-auth-clients', 'no'],
        ...[
          '--tls-cert-file',
          certificate,
          '--tls-key-file',
          key,
          '--tls-ca-cert-file',
          certificate,
        ],
      ],
    });
  });

  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  /** Returns the failure to connect, or `null`. */
  async function connectTo(host: string, tls: { ca?: string }): Promise<Error | null> {
    const client = createRedisClient(withToken({ host, port, tls }, () => 'token'));
    client.on('error', () => undefined);
    const failure = await whenReady(client, tls.ca && host === 'localhost' ? PATIENCE : 1_000);
    client.disconnect();
    return failure;
  }

  it('connects to a trusted server under its name', async () => {
    expect(await connectTo('localhost', { ca })).toBeNull();
  });

  it('sends the token to no server with an untrusted certificate, or one for another name', async () => {
    expect(await connectTo('localhost', {})).toMatchObject({
      message: expect.stringContaining('self-signed certificate') as unknown,
    });
    expect(await connectTo('127.0.0.1', { ca })).toMatchObject({
      message: expect.stringContaining("does not match certificate's altnames") as unknown,
    });
  });
});
