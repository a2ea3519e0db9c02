import { Injectable } from '@nestjs/common';

/** Receives the signals of {@link SessionChanges}. */
export interface SessionChangeListener {
  /** These sessions have changed or are gone. */
  onChanged(ids: readonly string[]): void;
  /** Any session may have changed. */
  onAllChanged(): void;
}

/** Signals of changed sessions that reach this process without a request. The near-cache reports them. */
@Injectable()
export class SessionChanges {
  /** Whether something reports the changes of all sessions. */
  isSignalled = false;
  readonly #listeners = new Set<SessionChangeListener>();

  /** @returns a function that ends the subscription */
  subscribe(listener: SessionChangeListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** @param ids Ids of sessions that have changed or are gone. */
  report(ids: readonly string[]): void {
    for (const listener of this.#listeners) listener.onChanged(ids);
  }

  /** Reports that any session may have changed: the signals of some changes were lost. */
  reportAll(): void {
    for (const listener of this.#listeners) listener.onAllChanged();
  }
}
