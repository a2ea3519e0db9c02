import { spawnSync } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RedisServer } from '../tools/redis/redis-server';
import { RedisUsers } from '../tools/redis/redis-users';
import { repositoryRoot } from '../tools/repository-root';
import { temporaryFolder } from '../tools/testing/temporary-folder';
import { grantNearCache } from './support/near-cache-rights';
import { withRedis } from './support/redis-dump';

describe('the documented near-cache command', () => {
  const folder = temporaryFolder();

  const page = async () =>
    (await readFile(join(repositoryRoot, 'docs/recipes/near-cache.md'), 'utf8')).split('\n');

  it.each(['users.acl', 'users-sentinel.acl', 'users-cluster.acl'])(
    'adds exactly the near-cache permissions to %s',
    async (name) => {
      const file = join(repositoryRoot, 'docker/redis', name);
      const copy = join(folder(), name);
      await copyFile(file, copy);
      const edit = (await page()).find((line) => line.startsWith('sed '));
      const command = edit?.replace('docker/redis/users.acl', copy) ?? '';
      expect(spawnSync('/bin/sh', ['-c', command]).status).toBe(0);

      const edited = await usersIn(copy);
      expect(edited).not.toEqual(await usersIn(file));
      expect(edited).toEqual(await usersIn(file, grantNearCache));
    },
  );

  /** Returns the users of a Redis that is started with a file, without the tests' own user. */
  async function usersIn(
    file: string,
    change: (url: string) => Promise<void> = () => Promise.resolve(),
  ): Promise<string[]> {
    const users = await RedisUsers.of(file);
    const server = await users.whileInFile((aclFile) => RedisServer.start({ aclFile }));
    try {
      const url = users.testerUrl(server.port);
      await change(url);
      const list = await withRedis(url, (redis) => redis.acl('LIST'));
      return list.filter((it) => !it.startsWith('user tester ')).map(sorted);
    } finally {
      await server.stop();
    }
  }

  /** Sorts the permissions of a user, which Redis lists in no particular order. */
  function sorted(line: string): string {
    const groups = line.split(' (').map((group) => group.split(/[ )]+/).sort().join(' '));
    return groups.join(' (');
  }
});
