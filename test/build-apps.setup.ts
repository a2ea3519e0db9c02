import { buildApps } from '../tools/processes/build-apps';
import ensureRedis from './redis-server.setup';

/** Ensures that a redis-server is on the PATH, and builds the apps that run as processes. */
export default async function setUp(): Promise<void> {
  await ensureRedis();
  await buildApps();
}
