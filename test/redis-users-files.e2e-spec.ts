import { spawnSync } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RedisServer } from '../tools/redis/redis-server';
import { RedisUsers } from '../tools/redis/redis-users';
import { repositoryRoot } from '../tools/repository-root';
import { temporaryFolder } from '../tools/testing/temporary-folder';
import { CLUSTER_USERS_FILE } from './support/guarded-cluster';
import { USERS_FILE } from './support/guarded-redis';
import { SENTINEL_USERS_FILE } from './support/guarded-sentinels';
import { grantNearCache, NEAR_CACHE_RIGHTS } from './support/near-cache-rights';
import { withRedis } from './support/redis-dump';

const linesOf = async (file: string) => (await readFile(file, 'utf8')).trimEnd().split('\n');

/** As whom a server follows another. */
const REPLICA = 'user replica on >change-me-replica resetchannels -@all +psync +replconf +ping';

/** What a client of a Cluster sends besides, on any key or none: it stands before the selectors. */
const CLUSTER_RIGHTS = ' +cluster|slots +cluster|info +client|setname';

describe('the Redis users that the project ships', () => {
  it('are the same behind Sentinels, beside those of the replicas and the Sentinels', async () => {
    const lines = await linesOf(SENTINEL_USERS_FILE);
    expect(lines.slice(0, -1)).toEqual([...(await linesOf(USERS_FILE)), REPLICA]);
    expect(lines.at(-1)).toMatch(
      /^user sentinel on >change-me-sentinel resetchannels &__sentinel__:hello -@all( \+[a-z|]+)+$/,
    );
  });

  it('are the same on a Cluster, with the rights that its clients need', async () => {
    const [off, ...services] = await linesOf(USERS_FILE);
    const expected = services.map((line) => line.replace(/(?= \(|$)/, CLUSTER_RIGHTS));
    expect(await linesOf(CLUSTER_USERS_FILE)).toEqual([off, ...expected, REPLICA]);
  });
});

describe('what the security guide says of the rights of the near-cache', () => {
  const folder = temporaryFolder();

  const guide = async () =>
    (await readFile(join(repositoryRoot, 'docs/04-security.md'), 'utf8')).split('\n');

  it('are the four that the tests give the services', async () => {
    const lines = await guide();
    expect(lines).toContain(NEAR_CACHE_RIGHTS.join(' '));
    const granting = lines.find(
      (line) => line.startsWith('R acl setuser orders ') && line.includes('+'),
    );
    const [, , , , ...rights] = (granting ?? '').replaceAll("'", '').split(' ');
    expect(rights).toEqual(NEAR_CACHE_RIGHTS);
  });

  it.each(['users.acl', 'users-sentinel.acl', 'users-cluster.acl'])(
    'puts them, and nothing else, into %s',
    async (name) => {
      const file = join(repositoryRoot, 'docker/redis', name);
      const copy = join(folder(), name);
      await copyFile(file, copy);
      const edit = (await guide()).find((line) => line.startsWith('sed '));
      const command = edit?.replace('docker/redis/users.acl', copy) ?? '';
      expect(spawnSync('/bin/sh', ['-c', command]).status).toBe(0);

      const edited = await usersIn(copy);
      expect(edited).not.toEqual(await usersIn(file));
      expect(edited).toEqual(await usersIn(file, grantNearCache));
    },
  );

  /** The users of a Redis that is started with a file, but for the one of the tests. */
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

  /** Redis lists what a user may do in no particular order. */
  function sorted(line: string): string {
    const groups = line.split(' (').map((group) => group.split(/[ )]+/).sort().join(' '));
    return groups.join(' (');
  }
});
