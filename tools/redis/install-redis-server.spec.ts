import { eachRow } from '../testing/each-row';
import { installRedisServer } from './install-redis-server';

describe('installRedisServer', () => {
  it('reports the command to run when it may not install', async () => {
    await eachRow(
      [
        ['debian', 'sudo apt-get install -y --no-install-recommends redis-server'],
        ['fedora', 'sudo dnf install -y valkey'],
        ['macos', 'brew install redis'],
        ['other', 'brew install redis'],
      ] as const,
      async ([family, command]) => {
        const install = installRedisServer({ machine: { family, installsUnasked: false } });

        await expect(install).rejects.toThrow(
          'Neither redis-server nor valkey-server is on the PATH.',
        );
        await expect(install).rejects.toThrow(command);
        await expect(install).rejects.toThrow('docker run --rm -p 6379:6379 redis:7');
        await expect(install).rejects.toThrow('REDIS_URL=redis://127.0.0.1:6379');
        await expect(install).rejects.toThrow('brew install redis');
      },
    );
  });
});
