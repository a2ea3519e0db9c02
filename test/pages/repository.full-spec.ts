import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '../../tools/processes/free-port';
import { runCommand } from '../../tools/processes/run-command';
import { RedisServer } from '../../tools/redis/redis-server';
import { repositoryRoot } from '../../tools/repository-root';
import { npmEnvironment } from '../package/support/npm';
import { type IsReady, Terminal } from './support/terminal';
import { walk, type WalkOptions } from './support/walk';

/** Time for the installation of the repository's packages, in milliseconds. */
const SLOW_MS = 300_000;

const PASSWORD = 'the password of this test';

let folder: string;
let redis: RedisServer;
let env: NodeJS.ProcessEnv;
let replaced: Map<string, string>;
let servers: Map<string, IsReady>;
let system: Terminal;

beforeAll(async () => {
  folder = await clone();
  redis = await RedisServer.start();
  const [auth, orders, products, reports, https, http] = await freePorts(6);
  replaced = new Map([
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
  env = {
    ...npmEnvironment,
    REDIS_URL: redis.url,
    AUTH_PORT: String(auth),
    ORDERS_PORT: String(orders),
    PRODUCTS_PORT: String(products),
    AUTH_RPC_PORT: String(await freePort()),
    PRODUCTS_RPC_PORT: String(await freePort()),
  };
  servers = new Map<string, IsReady>([
    ['npm start', (output) => output.includes('Everything is running.')],
    [
      'npx nest start reports',
      (output) => output.includes('Nest application successfully started'),
    ],
    ['nginx -p', () => isListening(Number(https))],
  ]);
  system = Terminal.open(folder, env);
}, SLOW_MS);
afterAll(async () => {
  await system.close();
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Follows a page in a terminal of its own, which is closed afterwards. */
async function follow(page: string, options: Partial<WalkOptions> = {}): Promise<string[]> {
  const terminal = Terminal.open(folder, env);
  try {
    return await walk(page, { folder, terminal, replaced, servers, ...options });
  } finally {
    await terminal.close();
  }
}

describe('a stranger with a clone of the repository', () => {
  it(
    'tries the system of the README',
    async () => {
      // The pages for a new project have the first of these, and every change of this repository runs the other.
      const elsewhere = ['npx nest add', 'npm ci && npm test'];
      expect(await follow('README.md', { terminal: system, elsewhere })).toHaveLength(6);
    },
    SLOW_MS,
  );

  it(
    'adds a service',
    async () => {
      const inputs = new Map([['users -- create', PASSWORD]]);
      const elsewhere = ['npm ci', 'npm start'];
      const ran = await follow('docs/start/try-the-system.md', { inputs, elsewhere });
      expect(ran).toHaveLength(14);
    },
    SLOW_MS,
  );

  it('puts a gateway in front', async () => {
    expect(await follow('docs/recipes/behind-a-gateway.md')).toHaveLength(16);
  });
});

/** Copies the files of the working copy that git knows or would add. */
async function clone(): Promise<string> {
  const target = await mkdtemp(join(tmpdir(), 'repository-pages-'));
  const files: string[] = [];
  await runCommand('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: repositoryRoot,
    onLine: (line) => files.push(line),
  });
  for (const file of files) {
    await mkdir(dirname(join(target, file)), { recursive: true });
    await copyFile(join(repositoryRoot, file), join(target, file));
  }
  return target;
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

async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort());
  return ports;
}
