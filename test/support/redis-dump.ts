import { Redis } from 'ioredis';

/**
 * Whether services write the key by themselves, regularly: their routes, the keys of their identities, and the counts
 * of the console's chart.
 */
function isRegular(key: string): boolean {
  return /^(access:|session-activity:|identity-keys$)/.test(key);
}

/**
 * Returns the content of a Redis: each key's value and expiry. Equal dumps mean that nothing changed. Keys
 * that services write regularly by themselves are left out.
 */
export function dump(url: string): Promise<Record<string, string>> {
  return withRedis(url, (client) => dumpOf(client));
}

/** Does the same over a connection that stays open. */
export async function dumpOf(
  client: Redis,
  isIncluded = (key: string) => !isRegular(key),
): Promise<Record<string, string>> {
  const keys = (await client.keys('*')).filter(isIncluded).sort();
  const entries = keys.map(async (key) => {
    const [content, expiry] = await Promise.all([
      client.dumpBuffer(key) as Promise<Buffer | null>,
      client.call('PEXPIRETIME', key),
    ]);
    // The key may have expired since it was listed.
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

/** Returns the commands that a user may send, in lower case, regardless of keys. */
export async function commandsGranted(client: Redis, user: string): Promise<string[]> {
  const list = (await client.call('ACL', 'LIST')) as string[];
  const line = list.find((it) => it.startsWith(`user ${user} `)) ?? '';
  return [...new Set([...line.matchAll(/ \+([^\s)]+)/g)].map(([, name = '']) => name))];
}
