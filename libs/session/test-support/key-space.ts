import type { Redis } from 'ioredis';

/** Returns the content of a Redis server: every key with its value and the time at which it expires. */
export async function keySpaceOf(client: Redis): Promise<Record<string, [string, number]>> {
  const keys = (await client.keys('*')).sort();
  const entries = keys.map(async (key): Promise<[string, [string, number]]> => {
    const [value, expiresAt] = await Promise.all([client.dumpBuffer(key), client.pexpiretime(key)]);
    return [key, [value.toString('base64'), expiresAt]];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Returns the names of all keys. The directory of the index of live sessions remains, with an expiry. */
export async function keysOfSessions(client: Redis): Promise<string[]> {
  return (await client.keys('*')).filter((key) => key !== 'live-session-widths').sort();
}

/** Returns the keys without an expiry. */
export async function keysWithoutExpiry(client: Redis): Promise<string[]> {
  const keySpace = await keySpaceOf(client);
  return Object.keys(keySpace).filter((key) => keySpace[key]?.[1] === -1);
}
