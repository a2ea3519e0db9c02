import { withRedis } from '../../support/redis-dump';

/** Returns the keys of a user's sessions, whether they are in the user's index or not. */
export function sessionsOf(url: string, userId: string): Promise<string[]> {
  return withRedis(url, async (client) => {
    const keys = await client.keys('session:*');
    const records = await Promise.all(keys.map((key) => client.get(key)));
    return keys.filter((_, i) => {
      const record = JSON.parse(records[i] ?? 'null') as { user: { id: string } } | null;
      return record?.user.id === userId;
    });
  });
}
