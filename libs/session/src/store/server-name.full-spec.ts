import { Redis, type RedisOptions } from 'ioredis';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { nodeAddresses } from '../../../../tools/redis/node-addresses.js';
import { RedisSentinels, SENTINEL_NAME } from '../../../../tools/redis/redis-sentinels.js';
import { RedisServer } from '../../../../tools/redis/redis-server.js';
import { joinSockets } from '../../../../tools/testing/join-sockets.js';
import { makeCertificate } from '../../../../tools/testing/make-certificate.js';
import { createRedisClient, duplicateClient, type RedisTarget, whenReady } from './redis-client.js';

/** Timeout for Sentinels and Clusters, which are slow, in milliseconds. */
const PATIENCE = 30_000;

jest.setTimeout(90_000);

let folder: string;
let key: Buffer;
let cert: Buffer;
const fronts: TlsFront[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'server-name-'));
  // The certificate contains the name only: a connection to the address is rejected.
  const made = await makeCertificate(folder, 'DNS:localhost');
  [key, cert] = await Promise.all([readFile(made.key), readFile(made.certificate)]);
});
afterEach(async () => {
  await Promise.all(fronts.splice(0).map((front) => front.close()));
});
afterAll(() => rm(folder, { recursive: true }));

/** TLS proxy in front of a server without TLS, which records the server names. */
class TlsFront {
  /** Server names that the clients have sent; `false` for none. */
  readonly names: (string | false | null)[] = [];

  private constructor(private readonly server: Server) {}

  static async of(port: number): Promise<TlsFront> {
    const server = createServer({ key, cert });
    const front = new TlsFront(server);
    server.on('secureConnection', (client) => {
      front.names.push(client.servername);
      joinSockets(client, connect(port, '127.0.0.1'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    fronts.push(front);
    return front;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }
}

/** Connects, writes and reads, also over a second connection as in the near-cache. */
async function use(target: RedisTarget): Promise<void> {
  const client = createRedisClient(target);
  client.on('error', () => undefined);
  const other = duplicateClient(client);
  try {
    for (const one of [client, other]) {
      expect(await whenReady(one, PATIENCE)).toBeNull();
      expect(await one.set('name', 'value')).toBe('OK');
    }
  } finally {
    client.disconnect();
  }
}

/** TLS options that trust the certificate of the tests, without a server name. */
const tls = (): RedisOptions['tls'] => ({ ca: cert });

describe('a client over TLS sends the name of the server', () => {
  it('to a single server', async () => {
    const server = await RedisServer.start();
    try {
      const front = await TlsFront.of(server.port);

      await use({ host: 'localhost', port: front.port, tls: tls() });

      expect(front.names).toEqual(['localhost', 'localhost']);
    } finally {
      await server.stop();
    }
  });

  it('to Sentinels and to the master that they name', async () => {
    const group = await RedisSentinels.start();
    try {
      const [sentinel] = nodeAddresses(group.nodes);
      if (!sentinel) throw new Error('no Sentinel has started');
      const [first, master] = await Promise.all([
        TlsFront.of(sentinel.port),
        TlsFront.of(group.master.port),
      ]);

      await use({
        sentinels: [{ host: 'localhost', port: first.port }],
        name: SENTINEL_NAME,
        natMap: { [`127.0.0.1:${group.master.port}`]: { host: 'localhost', port: master.port } },
        // The Sentinels' own addresses have no TLS.
        updateSentinels: false,
        tls: tls(),
        sentinelTLS: tls(),
      });

      expect(new Set([...first.names, ...master.names])).toEqual(new Set(['localhost']));
      expect(master.names).toHaveLength(2);
    } finally {
      await group.stop();
    }
  });

  it('to the configured and the discovered nodes of a Cluster', async () => {
    const server = await RedisServer.start({ cluster: true });
    const admin = new Redis(server.url);
    try {
      const front = await TlsFront.of(server.port);
      await admin.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
      for (const [name, value] of [
        ['cluster-announce-hostname', 'localhost'],
        ['cluster-preferred-endpoint-type', 'hostname'],
        ['cluster-announce-port', String(front.port)],
      ]) {
        await admin.call('CONFIG', 'SET', String(name), String(value));
      }

      await use({ nodes: [{ host: 'localhost', port: front.port }], options: { tls: tls() } });

      expect(new Set(front.names)).toEqual(new Set(['localhost']));
      expect(front.names.length).toBeGreaterThan(1);
    } finally {
      admin.disconnect();
      await server.stop();
    }
  });

  it('as configured when it differs from the host', async () => {
    const server = await RedisServer.start();
    try {
      const front = await TlsFront.of(server.port);

      await use({
        host: '127.0.0.1',
        port: front.port,
        tls: { ...tls(), servername: 'localhost' },
      });

      expect(front.names).toEqual(['localhost', 'localhost']);
    } finally {
      await server.stop();
    }
  });
});
