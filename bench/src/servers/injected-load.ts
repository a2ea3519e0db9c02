import { setImmediate as nextTurn } from 'node:timers/promises';
import { cpuTime } from './cpu-time';
import type { Inject } from './injector';
import type { InjectAnswer } from './messages';
import { ANSWER } from './orders.controller';
import type { Credential } from './protection';

/** Requests between two turns of the event loop, in which pending work runs as between network requests. */
const REQUESTS_PER_TURN = 8;

/**
 * Sends an application requests without sockets for a while, `inFlight` at a time.
 *
 * @throws Error for an unexpected answer
 */
export async function injectLoad(
  newInject: () => Inject,
  headers: Credential,
  inFlight: number,
  milliseconds: number,
): Promise<InjectAnswer> {
  let requests = 0;
  const until = performance.now() + milliseconds;
  const oneAfterTheOther = async () => {
    const inject = newInject();
    while (performance.now() < until) {
      const { status, body } = await inject('/orders', headers);
      if (status !== 200 || body !== ANSWER) throw new Error(`Answered ${status}: ${body}`);
      requests += 1;
      if (requests % REQUESTS_PER_TURN === 0) await nextTurn();
    }
  };
  const before = cpuTime();
  await Promise.all(Array.from({ length: inFlight }, oneAfterTheOther));
  return { requests, cpu: cpuTime() - before };
}
