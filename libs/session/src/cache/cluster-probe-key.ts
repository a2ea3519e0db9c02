// Apps compile these sources with an `include` of their own, which lacks the declaration.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="./cluster-key-slot.d.ts" />
import calculateSlot from 'cluster-key-slot';
import type { Redis } from 'ioredis';

/** A part of a name that decides alone in which slot a key lies. */
const HASH_TAG = /^[^{]*\{[^}]+\}/;

/** The key that was found last for a node: it is asked for several times a second. */
const known = new WeakMap<Redis, string>();

/**
 * The name of a key that a Cluster's master serves, whether it exists or not.
 *
 * @param slots The nodes of each slot as `host:port`, the master first.
 * @param prefix What the name is to begin with.
 * @returns `null` when the node serves no key of such a name
 */
export function keyServedBy(node: Redis, slots: string[][], prefix: string): string | null {
  const name = `${node.options.host}:${node.options.port}`;
  const isServed = (key: string) => slots[calculateSlot(key)]?.[0] === name;
  const last = known.get(node);
  if (last !== undefined && isServed(last)) return last;
  if (!slots.some(([master]) => master === name)) return null;
  // With such a prefix all records lie in one slot, and no name leads to another.
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
