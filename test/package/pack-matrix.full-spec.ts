import { delimiter, dirname } from 'node:path';
import { runCommand } from '../../tools/processes/run-command';
import { RedisServer } from '../../tools/redis/redis-server';
import { freshProject, type ProjectKind } from './support/fresh-project';
import { refusal, socketIo, subscribe, webSockets } from './support/gateway-clients';
import { npmEnvironment } from './support/npm';
import { NODE_RELEASES, nodeRelease } from './support/node-releases';
import { packPackage } from './support/packed-package';
import { withRunningProject } from './support/running-project';

/** Time for the first installation of a project, or for its compilation, in milliseconds. */
const SLOW_MS = 300_000;

const NEST_11 = {
  '@nestjs/common': '11.2.10',
  '@nestjs/core': '11.2.10',
  '@nestjs/platform-express': '11.2.10',
  '@nestjs/platform-fastify': '11.2.8',
  '@nestjs/platform-socket.io': '11.2.6',
  '@nestjs/platform-ws': '11.2.6',
  '@nestjs/websockets': '11.2.6',
  ioredis: '5.11.1',
};

const NEST_12 = {
  '@nestjs/common': '12.5.1',
  '@nestjs/core': '12.5.1',
  '@nestjs/platform-express': '12.5.1',
  '@nestjs/platform-fastify': '12.5.0',
  '@nestjs/platform-socket.io': '12.1.1',
  '@nestjs/platform-ws': '12.1.1',
  '@nestjs/websockets': '12.1.1',
  ioredis: '6.0.0',
};

const APOLLO = {
  '@apollo/server': '5.5.1',
  '@as-integrations/express5': '1.1.2',
  graphql: '16.15.0',
};

const GRAPHQL_13 = { ...APOLLO, '@nestjs/apollo': '13.4.5', '@nestjs/graphql': '13.4.4' };
const GRAPHQL_14 = { ...APOLLO, '@nestjs/apollo': '14.0.3', '@nestjs/graphql': '14.0.3' };

const KINDS: readonly ProjectKind[] = [
  {
    name: 'nest-11-commonjs',
    cli: '11.0.24',
    type: null,
    dependencies: { ...NEST_11, ...GRAPHQL_13 },
  },
  { name: 'nest-12-commonjs', cli: '12.0.8', type: 'cjs', dependencies: NEST_12 },
  {
    name: 'nest-12-esm',
    cli: '12.0.8',
    type: 'esm',
    dependencies: { ...NEST_12, ...GRAPHQL_14 },
  },
];

const STARTS = NODE_RELEASES.flatMap((release) =>
  ['express', 'fastify'].map((adapter) => [adapter, release] as const),
);

let tarball: string;
let redis: RedisServer;

beforeAll(async () => {
  ({ tarball } = await packPackage());
  redis = await RedisServer.start();
}, SLOW_MS);
afterAll(() => redis.stop());

describe.each(KINDS)('a new project $name', (kind) => {
  let project: string;

  beforeAll(async () => {
    project = await freshProject(kind, tarball);
  }, SLOW_MS);

  it(
    'compiles the package with strict types and without skipLibCheck',
    async () => {
      await runCommand('npm', ['run', 'build'], { cwd: project, env: npmEnvironment });
    },
    SLOW_MS,
  );

  it(
    'passes the printed test with its own test runner, without Redis',
    async () => {
      // Jest, as Nest 12 sets it up, loads ES modules from Node.js 24.9 on.
      const newest = await nodeRelease(NODE_RELEASES[2]);
      const PATH = [dirname(newest), process.env.PATH].join(delimiter);
      const lines: string[] = [];
      await runCommand('npm', ['test'], {
        cwd: project,
        env: { ...npmEnvironment, PATH },
        onLine: (line) => lines.push(line),
      });
      expect(lines.join('\n')).toMatch(/(PASS|✓).*src\/reports\.controller\.spec\.ts/);
    },
    SLOW_MS,
  );

  it.each(STARTS)(
    'signs in, refuses and signs out on %s and Node.js %s',
    async (ADAPTER, release) => {
      const environment = { ADAPTER, REDIS_URL: redis.url };
      await withRunningProject(project, await nodeRelease(release), environment, async (url) => {
        const statusOf = async (path: string, cookie = '', method = 'GET') =>
          (await fetch(url + path, { method, headers: { cookie } })).status;
        expect(await statusOf('/')).toBe(401);

        const visitor = await signIn(url, []);
        expect(await statusOf('/', visitor)).toBe(200);
        expect(await statusOf('/reports', visitor)).toBe(403);

        const administrator = await signIn(url, ['admin']);
        expect(await statusOf('/reports', administrator)).toBe(200);
        expect(await statusOf('/sessions', administrator, 'DELETE')).toBe(204);
        expect(await statusOf('/reports', administrator)).toBe(401);
      });
    },
  );

  it.each([
    ['express', socketIo],
    ['fastify', webSockets],
  ])('guards its gateway on %s', async (ADAPTER, client) => {
    const environment = { ADAPTER, REDIS_URL: redis.url };
    await withRunningProject(project, process.execPath, environment, async (url) => {
      expect(await refusal(url + client.path)).toBe(401);

      const visitor = await signIn(url, []);
      const connection = await client.open(url, visitor);
      expect(await connection.ask('me')).toBe('ada');
      expect(await connection.ask('report')).toMatchObject({ code: 'ERR_SESSION_ROLE_REQUIRED' });
      expect(await connection.ask('fill')).toMatchObject({ code: 'ERR_SESSION_DATA_FULL' });
      await signOut(url, visitor);
      expect(await connection.closed).toBe(client.end);
    });
  });

  if ('@nestjs/graphql' in kind.dependencies) {
    it('guards its resolvers and subscriptions', async () => {
      const environment = { ADAPTER: 'express', REDIS_URL: redis.url };
      await withRunningProject(project, process.execPath, environment, async (url) => {
        const visitor = await signIn(url, []);
        const ask = async (query: string, cookie = '') => {
          const headers = { 'content-type': 'application/json', cookie };
          const body = JSON.stringify({ query });
          const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
          return response.json();
        };
        const denied = (code: string) => ({ errors: [{ extensions: { code } }] });
        expect(await ask('{ me }')).toMatchObject(denied('ERR_SESSION_REQUIRED'));
        expect(await ask('{ me }', visitor)).toEqual({ data: { me: 'ada' } });
        expect(await ask('{ report }', visitor)).toMatchObject(denied('ERR_SESSION_ROLE_REQUIRED'));

        expect(await refusal(`${url}/graphql`, ['graphql-transport-ws'])).toBe(401);
        const subscription = subscribe(`${url}/graphql`, visitor);
        expect(await subscription.first).toEqual({ count: 0 });
        await signOut(url, visitor);
        expect(await subscription.closed).toBe(4401);
      });
    });
  }
});

/** Returns the session cookie as a browser sends it back. */
async function signIn(url: string, roles: readonly string[]): Promise<string> {
  const response = await fetch(`${url}/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ roles }),
  });
  expect(response.status).toBe(204);
  const [cookie = ''] = response.headers.getSetCookie();
  return cookie.split(';', 1)[0] ?? '';
}

async function signOut(url: string, cookie: string): Promise<void> {
  const response = await fetch(`${url}/sessions`, { method: 'DELETE', headers: { cookie } });
  expect(response.status).toBe(204);
}
