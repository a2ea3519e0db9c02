import { Redis } from 'ioredis';
import { untilTrue } from './until-true';

/**
 * Waits until a master takes so many replicas for followers: from then on `WAIT` counts them. A replica
 * says up to a second earlier that its link is up.
 *
 * @param url Of the master, for a user who may ask `INFO`.
 * @param limit Milliseconds. @default half a minute
 */
export async function untilFollowed(url: string, replicas: number, limit?: number): Promise<void> {
  const client = new Redis(url);
  try {
    await untilTrue(async () => {
      const online = (await client.info('replication')).match(/state=online/g) ?? [];
      return online.length === replicas;
    }, limit);
  } finally {
    client.disconnect();
  }
}
