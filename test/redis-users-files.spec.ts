import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../tools/repository-root';
import { CLUSTER_USERS_FILE } from './support/guarded-cluster';
import { SERVICES, USERS_FILE } from './support/guarded-redis';
import { SENTINEL_USERS_FILE } from './support/guarded-sentinels';
import { NEAR_CACHE_RIGHTS } from './support/near-cache-rights';

const linesOfPage = async (page: string) =>
  (await readFile(join(repositoryRoot, 'docs', page), 'utf8')).split('\n');

const linesOf = async (file: string) => (await readFile(file, 'utf8')).trimEnd().split('\n');

/** User with which a server follows another. */
const REPLICA = 'user replica on >change-me-replica resetchannels -@all +psync +replconf +ping';

/** Additional commands of a Cluster's client, on any key or none: they precede the selectors. */
const CLUSTER_RIGHTS = ' +cluster|slots +cluster|info +client|setname';

describe('the Redis users that the project ships', () => {
  it('are the same behind Sentinels, plus users for replicas and Sentinels', async () => {
    const lines = await linesOf(SENTINEL_USERS_FILE);
    expect(lines.slice(0, -1)).toEqual([...(await linesOf(USERS_FILE)), REPLICA]);
    expect(lines.at(-1)).toMatch(
      /^user sentinel on >change-me-sentinel resetchannels &__sentinel__:hello -@all( \+[a-z|]+)+$/,
    );
  });

  it('are the same on a Cluster, plus the permissions that its clients need', async () => {
    const [off, ...services] = await linesOf(USERS_FILE);
    const expected = services.map((line) => line.replace(/(?= \(|$)/, CLUSTER_RIGHTS));
    expect(await linesOf(CLUSTER_USERS_FILE)).toEqual([off, ...expected, REPLICA]);
  });

  it('have no wildcard key, channel or category, and no missing password', async () => {
    const file = await readFile(USERS_FILE, 'utf8');
    expect(file).not.toMatch(/\bnopass\b|\ball(keys|commands|channels)\b|\+@|&|~\*|~ |~\)/);
    for (const service of SERVICES) {
      expect(file).toMatch(new RegExp(`^user ${service} on >\\S+ resetchannels -@all `, 'm'));
    }
    expect(file).toMatch(/^user default off$/m);
  });

  it('are documented with all their permissions', async () => {
    const words = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
    const rows = (await linesOfPage('reference/redis-rights.md')).map((line) =>
      line.split('|').slice(1, 4),
    );
    const documented = rows.flatMap(([users = '', keys = '', commands = '']) =>
      words(users).map((user) => {
        const patterns = words(keys).map((key) => (keys.includes('to read') ? '%R~' : '~') + key);
        const names = words(commands).map((name) => `+${name.toLowerCase()}`);
        return [user, ...patterns, ...names].join(' ');
      }),
    );
    const file = await readFile(USERS_FILE, 'utf8');
    const granted = [...file.matchAll(/^user (\S+) on \S+ resetchannels -@all ([^(\n]+)(.*)$/gm)];
    expect(granted).toHaveLength(SERVICES.length);
    const rights = granted.flatMap(([, user = '', root = '', selectors = '']) =>
      [root.trim(), ...[...selectors.matchAll(/\(([^)]+)\)/g)].map(([, it = '']) => it)].map(
        (it) => `${user} ${it}`,
      ),
    );
    expect(documented.filter((it) => it.includes(' +')).sort()).toEqual(rights.sort());
  });
});

describe('the documented near-cache permissions', () => {
  it('are those that the tests grant to the services', async () => {
    const lines = await linesOfPage('recipes/near-cache.md');
    expect(lines).toContain(NEAR_CACHE_RIGHTS.join(' '));
    const granting = lines.find(
      (line) => line.startsWith('R acl setuser orders ') && line.includes('+'),
    );
    const [, , , , ...rights] = (granting ?? '').replaceAll("'", '').split(' ');
    expect(rights).toEqual(NEAR_CACHE_RIGHTS);
  });
});
