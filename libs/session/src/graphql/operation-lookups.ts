import type { FindSession } from '../guard/session-transports.js';
import type { FieldInfo } from '../source/graphql-field.js';

/** Lookup that the fields of an operation share. */
interface Lookup {
  readonly isFresh: boolean;
  readonly found: ReturnType<FindSession>;
}

/**
 * Lookups of the operations that are executed now. The fields of a query share one, and the fields under one
 * root field of a mutation: the root fields of a mutation are executed one after the other, and each may end the
 * session. An event of a subscription is an execution of its own.
 */
export class OperationLookups {
  readonly #lookups = new WeakMap<object, Map<string, Lookup>>();
  readonly #used = new WeakSet<object>();

  /** @param isFresh Whether the session must be read past the caches. */
  find(info: FieldInfo | null, isFresh: boolean, find: FindSession): ReturnType<FindSession> {
    const execution = info?.variableValues;
    if (info === null || execution === undefined) return find();
    const lookups = this.#lookups.get(execution) ?? new Map<string, Lookup>();
    this.#lookups.set(execution, lookups);
    const scope = info.operation?.operation === 'mutation' ? rootOf(info) : '';
    const known = lookups.get(scope);
    if (known && (known.isFresh || !isFresh)) return known.found;
    const found = find();
    lookups.set(scope, { isFresh, found });
    return found;
  }

  /** Whether an execution counts as use for the first time. */
  isFirstUse(info: FieldInfo | null): boolean {
    const execution = info?.variableValues;
    if (execution === undefined) return true;
    if (this.#used.has(execution)) return false;
    this.#used.add(execution);
    return true;
  }
}

/** Returns the response name of the root field around a field. */
function rootOf({ path }: FieldInfo): string {
  let step = path;
  while (step?.prev !== undefined) step = step.prev;
  return String(step?.key);
}
