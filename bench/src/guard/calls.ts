import type { CanActivate } from '@nestjs/common';
import { contextOf } from './context-of';
import type { Exchange } from './held-requests';

/** Something small that is called over and over. */
export interface Calls {
  readonly name: string;
  /** @throws Error when what is called does not give what it should */
  readonly run: (count: number) => void;
}

/**
 * A guard, called with requests in turn and each time with a context of its own, as in Nest. It must
 * let them in, and at once: what returns a promise has gone to look somewhere else.
 */
export function guardCalls(
  name: string,
  guard: CanActivate,
  exchanges: readonly Exchange[],
): Calls {
  return callsOf(name, exchanges, (it) => guard.canActivate(contextOf(it)) === true);
}

/** A function, called with values in turn. What it gives must be truthy. */
export function callsOf<T>(name: string, values: readonly T[], call: (value: T) => unknown): Calls {
  let next = 0;
  return {
    name,
    run: (count) => {
      for (let called = 0; called < count; called++) {
        const value = values[next++ % values.length];
        if (value === undefined || !call(value)) throw new Error(`${name}: a wrong answer`);
      }
    },
  };
}
