import { runCommand } from '../../tools/processes/run-command';
import { RedisServer } from '../../tools/redis/redis-server';
import { packPackage } from '../package/support/packed-package';
import { blocksOf, commandsOf } from '../pages/support/page-blocks';
import { Terminal } from '../pages/support/terminal';
import { walk } from '../pages/support/walk';
import { allExamples, textIn } from './support/examples';
import { installedExample } from './support/installed-example';
import { MovedServers } from './support/moved-servers';

/** Time for the first installation of an example, or for its compilation and tests, in milliseconds. */
const SLOW_MS = 300_000;

let tarball: string;
let redis: RedisServer;

beforeAll(async () => {
  ({ tarball } = await packPackage());
  redis = await RedisServer.start();
}, SLOW_MS);
afterAll(() => redis.stop());

/** Each test runs commands of the README: nothing else says how an example is used. */
describe.each(allExamples())('the example $name, outside of the repository', (example) => {
  const [install, test] = blocksOf(textIn(example, 'README.md')).flatMap(commandsOf);
  let project: string;

  beforeAll(async () => {
    expect(install?.command).toBe('npm install');
    project = await installedExample(example, tarball);
  }, SLOW_MS);

  it(
    'compiles with strict types, and passes its own tests with a real Redis',
    async () => {
      expect(test?.command).toBe('npm test');
      const env = { ...process.env, REDIS_URL: redis.url, NEXT_TELEMETRY_DISABLED: '1' };
      await runCommand('npm', ['test'], { cwd: project, env });
    },
    SLOW_MS,
  );

  it(
    'answers as its README shows',
    async () => {
      const servers = await MovedServers.create(redis.url);
      const terminal = Terminal.open(project, servers.environment);
      try {
        const ran = await walk(`examples/${example.name}/README.md`, {
          folder: project,
          terminal,
          replaced: servers.replaced,
          servers: servers.signs,
          elsewhere: ['npm install', 'npm test'],
        });
        // A server, and a call of it.
        expect(ran.length).toBeGreaterThan(1);
      } finally {
        await terminal.close();
      }
    },
    SLOW_MS,
  );
});
