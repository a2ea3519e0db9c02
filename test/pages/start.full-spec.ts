import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findOnPath } from '../../tools/processes/find-on-path';
import { freePort } from '../../tools/processes/free-port';
import { runCommand } from '../../tools/processes/run-command';
import { RedisServer } from '../../tools/redis/redis-server';
import { nestCli } from '../package/support/nest-cli';
import { npmEnvironment, npmInstall } from '../package/support/npm';
import { packPackage } from '../package/support/packed-package';
import { Terminal } from './support/terminal';
import { walk } from './support/walk';

/** Time for the installation of a new Nest project, in milliseconds. */
const SLOW_MS = 300_000;

const START = 'REDIS_URL=redis://127.0.0.1:6379 npm start';
const isReady = (output: string) => output.includes('Nest application successfully started');

let parent: string;
let folder: string;
let redis: RedisServer;
let env: NodeJS.ProcessEnv;
let replaced: Map<string, string>;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'start-pages-'));
  const { tarball } = await packPackage();
  folder = await newProject(parent);
  redis = await RedisServer.start();
  const port = String(await freePort());
  replaced = new Map([
    ['127.0.0.1:6379', `127.0.0.1:${redis.port}`],
    ['127.0.0.1:3000', `127.0.0.1:${port}`],
  ]);
  env = { ...npmEnvironment, PORT: port, ...(await withUnpublished(parent, tarball)) };
}, SLOW_MS);
afterAll(async () => {
  await redis.stop();
  await rm(parent, { recursive: true, force: true });
});

/** Follows a page in a terminal of its own. */
async function follow(page: string): Promise<string[]> {
  const terminal = Terminal.open(folder, env);
  try {
    const options = { folder, terminal, replaced, servers: new Map([[START, isReady]]) };
    return await walk(page, options);
  } finally {
    await terminal.close();
  }
}

describe('a stranger with a new Nest project', () => {
  it.each([
    ['installs', 'docs/start/install.md', 4],
    ['protects a route', 'docs/start/protect-a-route.md', 1],
    ['tests it', 'docs/start/test-it.md', 1],
    ['signs in', 'docs/start/sign-in.md', 7],
  ])(
    '%s',
    async (_, page, commands) => {
      expect(await follow(page)).toHaveLength(commands);
    },
    SLOW_MS,
  );
});

/** Runs `nest new` of the newest Nest CLI, which makes a project with ES modules and Vitest. */
async function newProject(parent: string): Promise<string> {
  const flags = ['--skip-install', '--skip-git', '--package-manager', 'npm'];
  const cli = await nestCli('12.0.8');
  await runCommand(process.execPath, [cli, 'new', 'reports', ...flags], { cwd: parent });
  const folder = join(parent, 'reports');
  await npmInstall(folder);
  return folder;
}

/**
 * Returns the variables of an environment in which npm installs the packed package in place of the published one.
 */
async function withUnpublished(parent: string, tarball: string): Promise<NodeJS.ProcessEnv> {
  const programs = join(parent, 'bin');
  await mkdir(programs);
  const npm = join(programs, 'npm');
  await writeFile(
    npm,
    `#!/bin/sh
for argument; do
  shift
  case $argument in
    nest-sessions | nest-sessions@latest) set -- "$@" '${tarball}' ;;
    *) set -- "$@" "$argument" ;;
  esac
done
exec '${findOnPath('npm') ?? 'npm'}' "$@"
`,
  );
  await chmod(npm, 0o755);
  return { PATH: [programs, process.env.PATH].join(delimiter) };
}
