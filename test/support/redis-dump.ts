import { Redis } from 'ioredis';

/** Services publish this of themselves, again and again: their routes, and the keys of their identities. */
function isPublished(key: string): boolean {
  return key.startsWith('access:') || key === 'identity-keys';
}

/**
 * Everything in a Redis: key by key its content and when it expires. Equal dumps: nothing changed. What
 * services publish of themselves is left out, as they say every now and then that they are there.
 */
export function dump(url: string): Promise<Record<string, string>> {
  return withRedis(url, (client) => dumpOf(client));
}

/** The same over a connection that stays open. */
export async function dumpOf(
  client: Redis,
  isIncluded = (key: string) => !isPublished(key),
): Promise<Record<string, string>> {
  const keys = (await client.keys('*')).filter(isIncluded).sort();
  const entries = keys.map(async (key) => {
    const [content, expiry] = await Promise.all([
      client.dumpBuffer(key) as Promise<Buffer | null>,
      client.call('PEXPIRETIME', key),
    ]);
    // It may have expired since it was listed.
    return content === null ? [] : [[key, `${content.toString('base64')} ${String(expiry)}`]];
  });
  return Object.fromEntries((await Promise.all(entries)).flat()) as Record<string, string>;
}

/** Runs commands on a Redis and closes the connection. */
export async function withRedis<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url);
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

/** The commands that a user may send, in lower case, whatever the keys. */
export async function commandsGranted(client: Redis, user: string): Promise<string[]> {
  const list = (await client.call('ACL', 'LIST')) as string[];
  const line = list.find((it) => it.startsWith(`user ${user} `)) ?? '';
  return [...new Set([...line.matchAll(/ \+([^\s)]+)/g)].map(([, name = '']) => name))];
}
