import { Redis } from 'ioredis';
import { untilTrue } from './until-true';

/**
 * Waits until a master takes so many replicas for followers: from then on `WAIT` counts them. A replica
 * says up to a second earlier that its link is up.
 *
 * @param url Of the master, for a user who may ask `INFO`.
 */
export async function untilFollowed(url: string, replicas: number): Promise<void> {
  const client = new Redis(url);
  try {
    await untilTrue(async () => onlineReplicasIn(await client.info('replication')) === replicas);
  } finally {
    client.disconnect();
  }
}

/** The number of replicas that follow a server, by its `INFO replication`. */
export function onlineReplicasIn(info: string): number {
  return info.match(/state=online/g)?.length ?? 0;
}
