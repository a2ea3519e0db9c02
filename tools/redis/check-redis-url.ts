import { Redis } from 'ioredis';
import { isSupportedRedis, OLDEST_REDIS } from './redis-version';
import { shownRedisUrl } from './shown-redis-url';

const CONNECT_TIMEOUT_MS = 5000;

/**
 * Checks that the Redis of a REDIS_URL answers and is new enough.
 *
 * @throws Error that names REDIS_URL, without its password, and the fault
 */
export async function checkRedisUrl(url: string): Promise<void> {
  const shown = shownRedisUrl(url);
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: CONNECT_TIMEOUT_MS,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // The rejection of connect() only reports a closed connection; the event has the reason.
  let reason: Error | undefined;
  client.on('error', (error) => {
    reason = error;
  });
  try {
    await client.connect();
    const version = await serverVersion(client);
    if (version !== null && !isSupportedRedis(version)) {
      throw new Error(`it is version ${version}, and ${OLDEST_REDIS} or newer is needed`);
    }
  } catch (error) {
    const { message } = reason ?? (error as Error);
    throw new Error(
      `The Redis of REDIS_URL (${shown}) cannot be used: ${message}\n` +
        'Start it, correct REDIS_URL, or unset it to have one started.',
      { cause: error },
    );
  } finally {
    client.disconnect();
  }
}

/** @returns null when the user of the URL may not read the version */
async function serverVersion(client: Redis): Promise<string | null> {
  try {
    const info = await client.info('server');
    return /^redis_version:(\S+)/m.exec(info)?.[1] ?? null;
  } catch (error) {
    if ((error as Error).message.startsWith('NOPERM')) return null;
    throw error;
  }
}
