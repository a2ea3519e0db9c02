import { connect } from 'node:net';
import { eventually } from '../../../tools/testing/eventually';
import { withRedis } from '../../support/redis-dump';
import type { System } from '../../support/system';
import type { ProxiedRedis } from './proxied-redis';

/** Reads of a sign-in before its first write: the counts of wrong passwords, in transactions. */
const READS_COUNT = /^(get|pttl) throttle:/i;
const WRITES = /^(set|del|zadd|xadd) /i;

const END = 'the end of a sign-in';

/**
 * Returns the number of commands that a sign-in sends before its first write.
 *
 * @throws Error when the sign-in reads a count after its first write
 */
export async function readsOfSignIn(system: System<ProxiedRedis>): Promise<number> {
  const commands = await commandsDuring(system.redis.url, async () => {
    await system.signIn('alice');
  });
  const reads = commands.filter((it) => READS_COUNT.test(it));
  const firstWrite = commands.findIndex((it) => WRITES.test(it));
  const lastRead = commands.findLastIndex((it) => READS_COUNT.test(it));
  if (lastRead === -1 || firstWrite < lastRead) {
    throw new Error(`A sign-in writes before its last read:\n${commands.join('\n')}`);
  }
  const transactions = reads.filter((it) => /^pttl /i.test(it)).length;
  // MULTI and EXEC.
  return reads.length + 2 * transactions;
}

/**
 * Returns the commands that reach a Redis during the work, by MONITOR, whose output ioredis miscounts under
 * load.
 */
async function commandsDuring(url: string, work: () => Promise<void>): Promise<string[]> {
  const { hostname, port, username, password } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding('utf8');
  let received = '';
  socket.on('data', (chunk: string) => (received += chunk));
  try {
    socket.write(`AUTH ${username} ${decodeURIComponent(password)}\r\nMONITOR\r\n`);
    await eventually(() => received.startsWith('+OK\r\n+OK\r\n'));
    await work();
    // MONITOR lists the earlier commands before this one.
    await withRedis(url, (client) => client.echo(END));
    await eventually(() => received.includes(END));
  } finally {
    socket.destroy();
  }
  const lines = received.matchAll(/^\+[\d.]+ \[\d+ \S+\] (.*)\r$/gm);
  return [...lines].map(([, words = '']) => words.replaceAll('"', ''));
}
