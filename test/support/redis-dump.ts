import { Redis } from 'ioredis';

/**
 * Everything in a Redis: key by key its content and when it expires. Equal dumps: nothing changed. What
 * services publish of themselves is left out, as they say every now and then that they are there.
 */
export async function dump(url: string): Promise<Record<string, string>> {
  const client = new Redis(url);
  try {
    const keys = (await client.keys('*')).filter((key) => !key.startsWith('access:')).sort();
    const entries = keys.map(async (key) => {
      const [content, expiry] = await Promise.all([
        client.dumpBuffer(key) as Promise<Buffer | null>,
        client.call('PEXPIRETIME', key),
      ]);
      // It may have expired since it was listed.
      return content === null ? [] : [[key, `${content.toString('base64')} ${String(expiry)}`]];
    });
    return Object.fromEntries((await Promise.all(entries)).flat()) as Record<string, string>;
  } finally {
    client.disconnect();
  }
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
