// Apps compile these sources with an `include` of their own, which lacks the declaration.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../common/cluster-key-slot.d.ts" />
import calculateSlot from 'cluster-key-slot';
import type { Redis } from 'ioredis';

/** Hash tag of a key's name, which alone decides the key's slot. */
const HASH_TAG = /^[^{]*\{[^}]+\}/;

/** Last key found for each node: the key is needed several times a second. */
const known = new WeakMap<Redis, string>();

/**
 * Returns the name of a key that a Cluster's master serves, whether the key exists or not.
 *
 * @param slots The nodes of each slot as `host:port`, the master first.
 * @param prefix Prefix of the name.
 * @returns `null` when the node serves no key with this prefix
 */
export function keyServedBy(node: Redis, slots: string[][], prefix: string): string | null {
  const name = `${node.options.host}:${node.options.port}`;
  const isServed = (key: string) => slots[calculateSlot(key)]?.[0] === name;
  const last = known.get(node);
  if (last !== undefined && isServed(last)) return last;
  if (!slots.some(([master]) => master === name)) return null;
  // A prefix with a hash tag puts all records in one slot, whatever the rest of the name.
  if (HASH_TAG.test(prefix) && !isServed(prefix)) return null;
  let key: string;
  let attempt = 0;
  do {
    key = `${prefix}{probe-${attempt}}`;
    attempt += 1;
  } while (!isServed(key));
  known.set(node, key);
  return key;
}
