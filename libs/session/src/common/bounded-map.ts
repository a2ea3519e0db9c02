/**
 * Map with a maximum number of entries: a new entry beyond the limit evicts the oldest entry.
 *
 * {@link set} moves an existing entry to the end, so that the oldest entry is the least recently *set* one. A
 * read does not move an entry: it costs no more than a read of a `Map`. Read and set again for the least
 * recently *used* order.
 */
export class BoundedMap<K, V> extends Map<K, V> {
  /** @param limit Maximum number of entries, from 1. */
  constructor(private readonly limit: number) {
    super();
  }

  override set(key: K, value: V): this {
    this.delete(key);
    super.set(key, value);
    if (this.size > this.limit) this.#evictOldest();
    return this;
  }

  #evictOldest(): void {
    const oldest = this.keys().next();
    if (!oldest.done) this.delete(oldest.value);
  }
}
