// Apps compile these sources with an `include` of their own, which lacks the declaration.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../common/cluster-key-slot.d.ts" />
import calculateSlot from 'cluster-key-slot';
import { Cluster, type Redis } from 'ioredis';
import { SESSION_EVENTS_KEY } from '../store/redis-session.keys.js';

/**
 * Reads the clock of the server that writes the times of events: of a Cluster, the master that holds the event
 * stream. Needs the right to `INFO`, which every service has; `TIME` would be one right more.
 *
 * @returns epoch milliseconds
 * @throws Error when the server does not answer, or does not give its time
 */
export async function timeOfEvents(client: Redis | Cluster): Promise<number> {
  const info = await serverOf(client).info('server');
  const [, microseconds] = /^server_time_usec:(\d+)/m.exec(info) ?? [];
  if (microseconds === undefined) throw new Error('INFO has no server_time_usec');
  return Number(microseconds) / 1_000;
}

function serverOf(client: Redis | Cluster): Redis {
  if (!(client instanceof Cluster)) return client;
  const key = `${client.options.keyPrefix ?? ''}${SESSION_EVENTS_KEY}`;
  const master = client.slots[calculateSlot(key)]?.[0];
  const found = client
    .nodes('master')
    .find(({ options }) => `${options.host}:${options.port}` === master);
  if (found === undefined) throw new Error('the Cluster has no master for the event stream');
  return found;
}
