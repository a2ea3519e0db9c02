import type { CanActivate } from '@nestjs/common';
import { contextOf } from './context-of';
import type { Exchange } from './held-requests';

const WAIT_FOR_LINK_MS = 10_000;

/** Calls the guard until the session is cached and the link to Redis stands. */
export async function untilCached(
  guard: CanActivate,
  [exchange]: readonly Exchange[],
): Promise<void> {
  const deadline = performance.now() + WAIT_FOR_LINK_MS;
  while (exchange && (await settled(guard, exchange)) !== 'at once') {
    if (performance.now() > deadline)
      throw new Error(`The near-cache was not ready within ${WAIT_FOR_LINK_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function settled(guard: CanActivate, exchange: Exchange): Promise<string> {
  const answer = guard.canActivate(contextOf(exchange));
  if (answer === true) return 'at once';
  // The guard throws while Redis is connecting. The next attempt shows the result.
  await Promise.resolve(answer as Promise<boolean>).catch(() => false);
  return 'later';
}
