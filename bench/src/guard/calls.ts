import type { CanActivate } from '@nestjs/common';
import { contextOf } from './context-of';
import type { Exchange } from './held-requests';

/** A short operation that is called repeatedly. */
export interface Calls {
  readonly name: string;
  /** @throws Error when a call returns an unexpected result */
  readonly run: (count: number) => void;
}

/**
 * Calls a guard with requests in turn, each in a context of its own as in Nest. The guard must authorize
 * every request synchronously: a promise means that it left the path under test.
 */
export function guardCalls(
  name: string,
  guard: CanActivate,
  exchanges: readonly Exchange[],
): Calls {
  return callsOf(name, exchanges, (it) => guard.canActivate(contextOf(it)) === true);
}

/** Calls a function with values in turn. Every result must be truthy. */
export function callsOf<T>(name: string, values: readonly T[], call: (value: T) => unknown): Calls {
  let next = 0;
  return {
    name,
    run: (count) => {
      for (let called = 0; called < count; called++) {
        const value = values[next++ % values.length];
        if (value === undefined || !call(value))
          throw new Error(`${name}: a call returned an unexpected result`);
      }
    },
  };
}
