import { ensureRedisServer } from '../tools/redis/ensure-redis-server';

/** Ensures that a redis-server is on the PATH; installs one where this needs no question. */
export default async function setUp(): Promise<void> {
  await ensureRedisServer({
    log: (line) => {
      process.stderr.write(`${line}\n`);
    },
  });
}
