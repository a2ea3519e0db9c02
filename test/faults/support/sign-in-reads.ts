import { connect } from 'node:net';
import { eventually } from '../../../tools/testing/eventually';
import { withRedis } from '../../support/redis-dump';
import type { System } from '../../support/system';
import type { ProxiedRedis } from './proxied-redis';

/** What a sign-in reads before it writes anything: the counts of wrong passwords, in transactions. */
const READS_COUNT = /^(get|pttl) throttle:/i;
const WRITES = /^(set|del|zadd|xadd) /i;

const END = 'the end of a sign-in';

/**
 * How many commands a sign-in sends before the first that writes.
 *
 * @throws Error when it reads a count after that
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

/** The commands that reach a Redis meanwhile, by MONITOR, of which ioredis loses count under load. */
async function commandsDuring(url: string, work: () => Promise<void>): Promise<string[]> {
  const { hostname, port, username, password } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding('utf8');
  let received = '';
  socket.on('data', (chunk: string) => (received += chunk));
  try {
    socket.write(`AUTH ${username} ${decodeURIComponent(password)}\r\nMONITOR\r\n`);
    await eventually(() => received.startsWith('+OK\r\n+OK\r\n'));
    await work();
    // What was sent before this is listed before it.
    await withRedis(url, (client) => client.echo(END));
    await eventually(() => received.includes(END));
  } finally {
    socket.destroy();
  }
  const lines = received.matchAll(/^\+[\d.]+ \[\d+ \S+\] (.*)\r$/gm);
  return [...lines].map(([, words = '']) => words.replaceAll('"', ''));
}
