import { Redis } from 'ioredis';

const MINUTE_MS = 60_000;

/** Step of the chart. */
const STEP = 5 * MINUTE_MS;

/** Keys of the public layout, see docs/reference/redis-keys.md. */
const activityKey = (step: number) => `session-activity:{${step}}`;
const sessionKey = (id: string) => `session:{${id}}`;
const idleKey = (id: string) => `idle:{${id}}`;

/** Steps of a day before the present one. */
const STEPS_OF_A_DAY = (24 * 60 * MINUTE_MS) / STEP - 1;

/**
 * Gives a new system a past: the counters of a day, and earlier sign-ins of its live sessions. All else on the
 * pictures has happened.
 */
export async function writePast(redisUrl: string, sessionIds: readonly string[]): Promise<void> {
  const redis = new Redis(redisUrl);
  try {
    let live = 0;
    for (const [index, id] of sessionIds.entries()) {
      if (await predate(redis, id, index)) live += 1;
    }
    await writeActivity(redis, live, Math.floor(Date.now() / STEP));
  } finally {
    redis.disconnect();
  }
}

/** Writes a day with a quiet night and two busy times, which ends with the number of live sessions. */
async function writeActivity(redis: Redis, active: number, present: number): Promise<void> {
  const writes = redis.pipeline();
  for (let back = 1; back <= STEPS_OF_A_DAY; back += 1) {
    const step = present - back;
    const part = (step * STEP) / (24 * 60 * MINUTE_MS);
    const wave = 0.55 - 0.45 * Math.cos(2 * Math.PI * (part - Math.floor(part) + 0.1));
    const [one, other] = [noise(step), noise(step + 0.5)];
    const nearness = Math.max(0, 1 - back / 24);
    const then = active * (0.25 + wave * 1.1 + 0.12 * one);
    const shown = Math.round(then * (1 - nearness) + active * nearness);
    writes.hset(activityKey(step), {
      signIns: Math.round(wave * 8 * (0.4 + one)),
      failures: other > 0.8 ? Math.round(wave * 6 * one) : Math.round(wave * other),
      ended: Math.round(wave * 7 * (0.4 + other)),
      active: shown,
    });
    writes.pexpire(activityKey(step), 24 * 60 * MINUTE_MS);
  }
  // The first process to count the live sessions of a step did so before the first sign-in.
  writes.hset(activityKey(present), { active });
  await writes.exec();
}

/**
 * Moves the sign-in of a session and its latest request into the past.
 *
 * @returns whether the session is live
 */
async function predate(redis: Redis, id: string, index: number): Promise<boolean> {
  const record = JSON.parse((await redis.get(sessionKey(id))) ?? 'null') as {
    createdAt: number;
    authenticatedAt: number;
  } | null;
  if (record === null) return false;
  const age = Math.round((3 + noise(index) * 480) * MINUTE_MS);
  record.createdAt -= age;
  record.authenticatedAt -= age;
  await redis.set(sessionKey(id), JSON.stringify(record), 'KEEPTTL');
  const idle = await redis.pttl(idleKey(id));
  const unused = Math.min(age, Math.round(noise(index + 0.5) * 24 * MINUTE_MS));
  await redis.pexpire(idleKey(id), idle - unused);
  return true;
}

/** Returns a number from 0 to 1 that depends on another number alone, so that pictures differ little. */
function noise(seed: number): number {
  const value = Math.sin(seed * 12.9898) * 43_758.5453;
  return value - Math.floor(value);
}
