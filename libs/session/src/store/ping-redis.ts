import type { Cluster, Redis } from 'ioredis';

/**
 * Checks that Redis answers reads. A server that cannot write its append-only file or snapshot rejects
 * `PING` like a write (`MISCONF`), and still answers reads.
 *
 * @see https://redis.io/docs/latest/operate/oss_and_stack/management/config-file/
 *   (`stop-writes-on-bgsave-error`)
 * @returns the error with which Redis rejects writes; `null` when it accepts them
 * @throws the client's error when Redis does not answer
 */
export async function pingRedis(client: Redis | Cluster): Promise<Error | null> {
  try {
    await client.ping();
    return null;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('MISCONF')) return error;
    throw error;
  }
}
