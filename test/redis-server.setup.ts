import { ensureRedisServer } from '../tools/redis/ensure-redis-server';

/** Makes sure that a redis-server is on the PATH; installs one where that needs no question. */
export default async function setUp(): Promise<void> {
  await ensureRedisServer({
    log: (line) => {
      process.stderr.write(`${line}\n`);
    },
  });
}
