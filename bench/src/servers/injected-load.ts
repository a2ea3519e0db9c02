import { setImmediate as nextTurn } from 'node:timers/promises';
import { cpuTime } from './cpu-time';
import type { Inject } from './injector';
import type { InjectAnswer } from './messages';
import { ANSWER } from './orders.controller';
import type { Credential } from './protection';

/** After so many requests whatever waits for a turn of the event loop has one, as between those of a network. */
const REQUESTS_PER_TURN = 8;

/**
 * Hands an application requests without sockets for a while, `inFlight` of them at once.
 *
 * @throws Error when one is answered other than it should be
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
