import { copyFile, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { PICTURE_FILE } from '../../tools/picture/picture-file';
import { shownTabs } from '../../tools/picture/shown-tabs';
import { linesOf } from '../../tools/picture/terminal-timeline';
import { startTab } from '../../tools/picture/tour';
import { freePort } from '../../tools/processes/free-port';
import { RedisServer } from '../../tools/redis/redis-server';
import { makeCertificate } from '../../tools/testing/make-certificate';
import { LAST_LINE } from '../../tools/start/welcome';
import { npmEnvironment } from '../package/support/npm';
import { WorkerPostgres } from '../support/worker-postgres';
import { clonedRepository } from './support/cloned-repository';
import { checkComposeCommand } from './support/compose-command';
import { type IsReady, Terminal } from './support/terminal';
import { walk, type WalkOptions } from './support/walk';

/** Time for the installation of the repository's packages, in milliseconds. */
const SLOW_MS = 300_000;

const PASSWORD = 'the password of this test';

/** Ports of the pages, each at a free port in the tests. */
interface Ports {
  readonly auth: number;
  readonly orders: number;
  readonly products: number;
  readonly reports: number;
  readonly https: number;
  readonly http: number;
}

let folder: string;
let redis: RedisServer;
let client: Redis;
let ports: Ports;
let env: NodeJS.ProcessEnv;
/** Terminal with the running system. */
let system: Terminal;
/** Lines that `npm start` has printed. */
let printed: string[];

beforeAll(async () => {
  folder = await clonedRepository();
  redis = await RedisServer.start();
  client = new Redis(redis.url);
  await client.call('ACL', 'SETUSER', 'operator', 'on', '>operator', '~*', '&*', '+@all');
  ports = await freePorts();
  env = {
    ...npmEnvironment,
    REDIS_URL: redis.url,
    AUTH_PORT: String(ports.auth),
    ORDERS_PORT: String(ports.orders),
    PRODUCTS_PORT: String(ports.products),
    AUTH_RPC_PORT: String(await freePort()),
    PRODUCTS_RPC_PORT: String(await freePort()),
  };
  system = Terminal.open(folder, env);
}, SLOW_MS);
afterAll(async () => {
  await system.close();
  await client.quit();
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Follows a page in a terminal of its own, which is closed afterwards. */
async function follow(page: string, options: Partial<WalkOptions> = {}): Promise<string[]> {
  const terminal = Terminal.open(folder, env);
  try {
    // `R` is defined on the page about alarms: redis-cli as operator.
    await terminal.run(`R() { redis-cli -u ${operatorUrl()} "$@"; }`);
    const replaced = replacedTexts();
    return await walk(page, { folder, terminal, replaced, servers: servers(), ...options });
  } finally {
    await terminal.close();
  }
}

describe('a stranger with a clone of the repository', () => {
  it(
    'tries the system of the README',
    async () => {
      // The pages for a new project run the first of these, and every check of a change runs the other.
      const elsewhere = ['npx nest add', 'npm ci && npm test'];
      expect(await follow('README.md', { terminal: system, elsewhere })).toHaveLength(6);
    },
    SLOW_MS,
  );

  it('sees the lines of `npm start` that the picture shows, as `npm run docs:picture` does', async () => {
    const [shown] = shownTabs(await readFile(PICTURE_FILE, 'utf8'));
    expect(shown).toEqual(linesOf(startTab(printed)));
  });

  it(
    'adds a service',
    async () => {
      const inputs = new Map([['users -- create', PASSWORD]]);
      const elsewhere = ['npm ci', 'npm start'];
      const page = 'docs/start/try-the-system.md';
      expect(await follow(page, { inputs, elsewhere })).toHaveLength(14);
    },
    SLOW_MS,
  );

  it('puts a gateway in front', async () => {
    expect(await follow('docs/recipes/behind-a-gateway.md')).toHaveLength(16);
  });

  it('re-authenticates', async () => {
    const body = '{"username":"carol","password":"carol-demo-password"}';
    const url = `http://127.0.0.1:${ports.auth}/auth/login`;
    await system.run(
      `curl -c carol.cookies -H 'content-type: application/json' -d '${body}' ${url}`,
    );
    await ageSignIn('carol');
    const page = 'docs/recipes/recent-sign-in.md';
    expect(await follow(page, { terminal: system })).toHaveLength(2);
  });

  it('manages users', async () => {
    const inputs = new Map(['create', 'set-password'].map((it) => [`users -- ${it}`, PASSWORD]));
    env.DATA_DIR = join(folder, 'other-users');
    expect(await follow('docs/recipes/users-cli.md', { inputs })).toHaveLength(5);
  });
});

describe('an operator with a clone of the repository', () => {
  beforeAll(async () => {
    // The system of the README still runs.
    env.ORDERS_PORT = String(await freePort());
  });

  it('reads the memory of a Redis in Compose', async () => {
    const onDocker = jest.fn(checkComposeCommand);
    expect(await follow('docs/recipes/alarms.md', { onDocker })).toEqual([]);
    expect(onDocker).toHaveBeenCalledTimes(1);
  });

  it('grants and revokes the rights of the near-cache', async () => {
    expect(await follow('docs/recipes/near-cache.md')).toHaveLength(3);
  });

  it('gives each service a user of Redis', async () => {
    const replaced = await otherRedis();
    expect(await follow('docs/recipes/redis-users.md', { replaced })).toHaveLength(3);
  });

  it('encrypts the connection to Redis', async () => {
    const { certificate, key } = await makeCertificate(folder, 'IP:127.0.0.1');
    await copyFile(certificate, join(folder, 'ca.pem'));
    await copyFile(certificate, join(folder, 'redis.pem'));
    await copyFile(key, join(folder, 'redis.key'));
    const replaced = await otherRedis();
    expect(await follow('docs/recipes/redis-tls.md', { replaced })).toHaveLength(2);
  });

  it('separates environments', async () => {
    expect(await follow('docs/recipes/several-environments.md')).toHaveLength(2);
  });

  it(
    'runs the system with Compose and without',
    async () => {
      await system.close();
      const onDocker = jest.fn(checkComposeCommand);
      const database = await new WorkerPostgres().createDatabase();
      const replaced = new Map([
        ...replacedTexts(),
        ['postgres://nest:nest@127.0.0.1:5432/nest', database],
      ]);
      const page = 'docs/recipes/run-with-compose.md';
      const withoutCompose = ['npm run build', 'REDIS_URL=redis://127.0.0.1:6379 node'];
      // The sign-in through nginx, in front of the containers.
      const signIn = 'curl --cacert certificate.pem https://localhost/';
      const first = await follow(page, {
        onDocker,
        replaced,
        elsewhere: [...withoutCompose, signIn],
      });
      expect(first).toHaveLength(3);
      expect(onDocker).toHaveBeenCalledTimes(4);
      const second = await follow(page, { elsewhere: [...first, signIn] });
      expect(second).toHaveLength(withoutCompose.length);
    },
    SLOW_MS,
  );
});

/** Texts of the pages, each with the text that takes its place. */
function replacedTexts(): Map<string, string> {
  const { auth, orders, products, reports, https, http } = ports;
  return new Map([
    ['redis://operator:…@127.0.0.1:6379', operatorUrl()],
    ['127.0.0.1:6379', `127.0.0.1:${redis.port}`],
    ['127.0.0.1:3000', `127.0.0.1:${auth}`],
    ['127.0.0.1:3001', `127.0.0.1:${orders}`],
    ['127.0.0.1:3010', `127.0.0.1:${reports}`],
    ['port=3010', `port=${reports}`],
    ['localhost:8443', `localhost:${https}`],
    ['127.0.0.1:8443', `127.0.0.1:${https}`],
    ['127.0.0.1:8080', `127.0.0.1:${http}`],
    ['the password you gave', PASSWORD],
    // The gateway's file names the default ports.
    [
      '> nginx.conf',
      `| sed 's/:3000;/:${auth};/; s/:3001;/:${orders};/; s/:3002;/:${products};/' > nginx.conf`,
    ],
  ]);
}

/** Texts of a page that starts a Redis of its own. */
async function otherRedis(): Promise<Map<string, string>> {
  const port = await freePort();
  return new Map([
    ['127.0.0.1:6379', `127.0.0.1:${port}`],
    ['--tls-port 6379', `--tls-port ${port}`],
    ['--maxmemory-policy', `--port ${port} --maxmemory-policy`],
  ]);
}

/** Commands that run until they are stopped, each with the sign of a server that is ready. */
function servers(): Map<string, IsReady> {
  const isStarted = (output: string) => {
    if (output.includes('Redis does not answer')) throw new Error('It has no Redis.');
    return output.includes('Nest application successfully started');
  };
  return new Map<string, IsReady>([
    [
      'npm start',
      (output) => {
        printed = output.split('\n');
        return output.includes(LAST_LINE);
      },
    ],
    ['npx nest start reports', isStarted],
    ['node dist/apps/orders/main.js', isStarted],
    ['redis-server', (output) => output.includes('Ready to accept connections')],
    ['nginx -p', () => isListening(ports.https)],
  ]);
}

function operatorUrl(): string {
  return `redis://operator:operator@127.0.0.1:${redis.port}`;
}

/** Moves the sign-in of a user's sessions ten minutes into the past, in their records. */
async function ageSignIn(username: string): Promise<void> {
  for (const key of await client.keys('session:*')) {
    const record = JSON.parse((await client.get(key)) ?? '{}') as {
      user: { username: string };
      authenticatedAt: number;
    };
    if (record.user.username !== username) continue;
    record.authenticatedAt -= 10 * 60_000;
    await client.set(key, JSON.stringify(record), 'KEEPTTL');
  }
}

async function freePorts(): Promise<Ports> {
  return {
    auth: await freePort(),
    orders: await freePort(),
    products: await freePort(),
    reports: await freePort(),
    https: await freePort(),
    http: await freePort(),
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => {
      resolve(false);
    });
  });
}
