import { Redis } from 'ioredis';
import { untilTrue } from './until-true';

/**
 * Waits until a master reports the given number of online replicas: from then on `WAIT` counts them. A
 * replica reports up to a second earlier that its link is up.
 *
 * @param url URL of the master, for a user with permission for `INFO`.
 */
export async function untilFollowed(url: string, replicas: number): Promise<void> {
  const client = new Redis(url);
  try {
    await untilTrue(async () => onlineReplicasIn(await client.info('replication')) === replicas);
  } finally {
    client.disconnect();
  }
}

/** Returns the number of replicas that follow a server, from its `INFO replication`. */
export function onlineReplicasIn(info: string): number {
  return info.match(/state=online/g)?.length ?? 0;
}
