import { runCommand } from '../../tools/processes/run-command';
import { RedisServer } from '../../tools/redis/redis-server';
import { packPackage } from '../package/support/packed-package';
import { allExamples, textIn } from './support/examples';
import { installedExample } from './support/installed-example';
import { shownCalls, shownCommands } from './support/readme';
import { ShownServers } from './support/shown-servers';

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
  const readme = textIn(example, 'README.md');
  const [install, test, ...starts] = shownCommands(readme);
  let project: string;

  beforeAll(async () => {
    expect(install).toBe('npm install');
    project = await installedExample(example, tarball);
  }, SLOW_MS);

  it(
    'compiles with strict types, and passes its own tests with a real Redis',
    async () => {
      expect(test).toBe('npm test');
      const env = { ...process.env, REDIS_URL: redis.url, NEXT_TELEMETRY_DISABLED: '1' };
      await runCommand('npm', ['test'], { cwd: project, env });
    },
    SLOW_MS,
  );

  it(
    'answers as its README shows',
    async () => {
      expect(starts).not.toEqual([]);
      const servers = await ShownServers.create(project, redis.url);
      try {
        for (const command of starts) await servers.start(command);
        for (const { command, output } of shownCalls(readme)) {
          const lines = await outputOf(servers.withAddresses(command), project);
          const missing = output.filter((line) => !lines.includes(servers.withAddresses(line)));
          if (missing.length === 0) continue;
          const printed = lines.join('\n');
          throw new Error(
            `\`${command}\` did not print "${missing.join('", "')}", but:\n${printed}`,
          );
        }
      } finally {
        await servers.stop();
      }
    },
    SLOW_MS,
  );
});

async function outputOf(command: string, cwd: string): Promise<string[]> {
  const lines: string[] = [];
  await runCommand('sh', ['-c', command], { cwd, onLine: (line) => lines.push(line) });
  return lines;
}
