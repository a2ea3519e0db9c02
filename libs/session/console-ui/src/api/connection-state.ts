export type ConnectionFailure = 'offline' | 'store';

/** Requests that wait for the server, so that the page shows one message for all of them. */
export class ConnectionState {
  readonly #waiting = new Map<object, ConnectionFailure>();
  readonly #listeners = new Set<() => void>();

  /** Reason why the page waits; `null` when it does not. */
  get failure(): ConnectionFailure | null {
    const reasons = [...this.#waiting.values()];
    if (reasons.includes('offline')) return 'offline';
    return reasons[0] ?? null;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** @param owner Request that has received no useful response. */
  lost(owner: object, reason: ConnectionFailure): void {
    this.#waiting.set(owner, reason);
    this.#notify();
  }

  /** Removes a request, after its success or its end. */
  settled(owner: object): void {
    if (this.#waiting.delete(owner)) this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
