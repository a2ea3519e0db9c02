import { buildApps } from '../tools/processes/build-apps';
import { ensureRedisServer } from '../tools/redis/ensure-redis-server';

/** What every test may take for granted: a redis-server on the PATH, and the apps built. */
export default async function setUp(): Promise<void> {
  const log = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  await ensureRedisServer({ log });
  await buildApps();
}
