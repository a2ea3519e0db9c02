import { setImmediate as nextTurn } from 'node:timers/promises';
import { interleaved } from '../measure/interleaved';
import { cpuTime } from '../servers/cpu-time';
import { median } from '../measure/median';
import type { Calls } from './calls';
import type { GuardFigures } from './guard-figures';
import type { GuardPlan } from './guard.plan';

/** Calls between two readings of the clock during the warm-up. */
const WARM_UP_CALLS = 200;

/** Warms up all operations in turn. */
export async function measureCalls(
  all: readonly Calls[],
  plan: GuardPlan,
): Promise<Omit<GuardFigures, 'adapter'>[]> {
  const callsPerRound = new Map<Calls, number>();
  for (const calls of all) callsPerRound.set(calls, await warmUp(calls, plan));
  const measured = await interleaved(all, plan.rounds, async (calls) => {
    // The near-cache serves its memory only while Redis answers its pings. The pings need the event loop.
    await nextTurn();
    const count = callsPerRound.get(calls) ?? 1;
    return (timed(calls, count) / count) * 1e3;
  });
  return [...measured].map(([{ name }, rounds]) => ({ name, nanoseconds: median(rounds), rounds }));
}

/** @returns number of calls that fill one round */
async function warmUp(calls: Calls, { warmUp, round }: GuardPlan): Promise<number> {
  const until = performance.now() + warmUp;
  let last = 0;
  while (performance.now() < until) {
    last = timed(calls, WARM_UP_CALLS) / 1e3;
    await nextTurn();
  }
  return Math.max(1, Math.round((round / last) * WARM_UP_CALLS));
}

/** Returns CPU time in microseconds: wall-clock time would include other processes. */
function timed(calls: Calls, count: number): number {
  const before = cpuTime();
  calls.run(count);
  return cpuTime() - before;
}
