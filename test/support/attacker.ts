import { randomBytes } from 'node:crypto';
import { eachRow } from '../../tools/testing/each-row';
import type { ServiceName } from './guarded-redis';
import { command, rightsOf, SERVER_ATTACKS, SESSION_ATTACKS, type Target } from './redis-attacks';
import { withRedis } from './redis-dump';
import { idOf } from './session-key';
import type { System } from './system';

/**
 * Rejection by a user's permissions. DEBUG and MODULE are disabled in the server itself, which reports this
 * first.
 */
export const REFUSED = /NOPERM |^ERR (DEBUG|MODULE) command not allowed/;

/** Sends one command as a service. */
export function as(
  system: System,
  service: ServiceName,
  [name, ...args]: [string, ...string[]],
): Promise<unknown> {
  return withRedis(system.redis.urlOf(service), (redis) => redis.call(name, ...args));
}

/**
 * Sends every command of `SESSION_ATTACKS` and `SERVER_ATTACKS` as a service, over one connection.
 *
 * @param granted Lines that the service's user may send; they are left out.
 * @throws Error that names the commands that Redis has carried out
 */
export async function tryEveryAttack(
  system: System,
  service: ServiceName,
  target: Target,
  granted: readonly string[] = [],
): Promise<void> {
  const lines = Object.values({ ...SESSION_ATTACKS, ...SERVER_ATTACKS }).flat();
  await withRedis(system.redis.urlOf(service), (redis) =>
    eachRow(
      lines.filter((line) => ![...rightsOf(service), ...granted].includes(line)),
      async (line) => {
        await expect(redis.call(...command(line, target))).rejects.toThrow(REFUSED);
      },
    ),
  );
}

/**
 * Returns a signed-in user's session as a target, and the session that an attacker would forge in its place.
 */
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
