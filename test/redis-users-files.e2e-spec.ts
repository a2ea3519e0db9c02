import { readFile } from 'node:fs/promises';
import { CLUSTER_USERS_FILE } from './support/guarded-cluster';
import { USERS_FILE } from './support/guarded-redis';
import { SENTINEL_USERS_FILE } from './support/guarded-sentinels';

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
