import { createSessionManager } from 'nest-sessions/issuer';
import {
  idleKey,
  sessionKey,
  userSessionsKey,
  WATCHED_SESSIONS_KEY,
} from '../../../libs/session/src/store/redis-session.keys';
import type { MeasuredRedis } from '../measure/measured-redis';
import { RECORD_BYTES, sampleId, sampleNewSession, sampleUserId } from './sample-sessions';

/** Tolerated difference in bytes between two equal keys, caused by jemalloc's size classes. */
const TOLERANCE = 16;

/**
 * Checks that the prepared sessions match those of `SessionManager`.
 *
 * @throws Error that names the difference
 */
export async function checkLayout(redis: MeasuredRedis): Promise<void> {
  const { client } = redis;
  const manager = createSessionManager(client);
  const newcomer = sampleNewSession(999_999_999);
  const { session } = await manager.create(newcomer);
  try {
    const made = [sessionKey(session.id), idleKey(session.id), userSessionsKey(session.user.id)];
    const put = [sessionKey(sampleId(0)), idleKey(sampleId(0)), userSessionsKey(sampleUserId(0))];
    for (const [at, key] of made.entries()) {
      await requireAlike(redis, key, put[at] ?? '');
    }
    for (const [id, userId] of [
      [session.id, session.user.id],
      [sampleId(0), sampleUserId(0)],
    ]) {
      if ((await client.zscore(WATCHED_SESSIONS_KEY, `${id}${userId}`)) === null) {
        throw new Error(`The session ${id} is not on the list of watched sessions`);
      }
    }
    const length = await client.strlen(sessionKey(sampleId(0)));
    if (length !== RECORD_BYTES)
      throw new Error(`A record must have ${RECORD_BYTES} bytes, got ${length}`);
  } finally {
    await manager.revoke(session.id);
  }
}

async function requireAlike({ client }: MeasuredRedis, made: string, put: string): Promise<void> {
  const [madeSize, putSize] = await Promise.all(
    [made, put].map(async (key) => {
      const isMortal = (await client.pttl(key)) > 0;
      if (!isMortal) throw new Error(`${key} has no expiry`);
      return (await client.memory('USAGE', key)) ?? 0;
    }),
  );
  if (Math.abs((madeSize ?? 0) - (putSize ?? 0)) <= TOLERANCE) return;
  throw new Error(`${put} takes ${putSize} bytes, SessionManager's ${made} takes ${madeSize}`);
}
