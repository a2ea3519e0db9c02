import { randomBytes } from 'node:crypto';
import type { ServiceName } from './guarded-redis';
import type { Target } from './redis-attacks';
import { withRedis } from './redis-dump';
import { idOf } from './session-key';
import type { System } from './system';

/** Sends one command as a service. */
export function as(
  system: System,
  service: ServiceName,
  [name, ...args]: [string, ...string[]],
): Promise<unknown> {
  return withRedis(system.redis.urlOf(service), (redis) => redis.call(name, ...args));
}

/** Somebody signed in, and what an attacker would like to have instead. */
export async function targetOf(system: System, token: string): Promise<Target & { token: string }> {
  const id = idOf(token);
  const stored = await withRedis(system.redis.url, (redis) => redis.get(`session:{${id}}`));
  const record = JSON.parse(stored ?? '') as { user: { id: string } };
  const forgedToken = randomBytes(32).toString('base64url');
  const forgedId = idOf(forgedToken);
  return {
    token: forgedToken,
    id,
    forgedId,
    userId: record.user.id,
    record: JSON.stringify({ ...record, id: forgedId, roles: ['admin', 'orders:write'] }),
  };
}
