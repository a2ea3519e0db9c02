import { Redis } from 'ioredis';
import type { System } from '../../support/system';
import type { ProxiedRedis } from './proxied-redis';

/** What a sign-in reads before it writes anything: the counts of wrong passwords, in transactions. */
const READS_COUNT = /^(get|pttl) throttle:/i;
const WRITES = /^(set|del|zadd|xadd) /i;

/**
 * How many commands a sign-in sends before the first that writes.
 *
 * @throws Error when it reads a count after that
 */
export async function readsOfSignIn(system: System<ProxiedRedis>): Promise<number> {
  const client = new Redis(system.redis.url);
  const monitor = await client.monitor();
  const commands: string[] = [];
  monitor.on('monitor', (_time: string, args: string[]) => commands.push(args.join(' ')));
  try {
    await system.signIn('alice');
    // What was sent before this is listed before it.
    await client.echo('the end');
    while (!commands.includes('echo the end')) await new Promise(setImmediate);
  } finally {
    monitor.disconnect();
    client.disconnect();
  }
  const reads = commands.filter((it) => READS_COUNT.test(it));
  const firstWrite = commands.findIndex((it) => WRITES.test(it));
  const lastRead = commands.findLastIndex((it) => READS_COUNT.test(it));
  if (lastRead === -1 || firstWrite < lastRead) {
    throw new Error(`A sign-in writes before its last read:\n${commands.join('\n')}`);
  }
  const transactions = reads.filter((it) => it.startsWith('pttl')).length;
  // MULTI and EXEC.
  return reads.length + 2 * transactions;
}
