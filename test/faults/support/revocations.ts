import { setImmediate as tick } from 'node:timers/promises';
import type { NearCachedSessionStore } from '../../../libs/session/src/cache/near-cached-session.store';
import { Visitor } from './visitor';
import type { Knock } from './knock';

/** A revocation whose caller was answered, by `performance.now()`. */
interface Revocation {
  readonly id: string;
  readonly returnedAt: number;
  /** When the session was served for the last time; never after it, if that is the same time. */
  lastServedAt: number;
}

/** How many looks a reader takes before others have a turn. */
const LOOKS_PER_TURN = 200;

/**
 * Services that look for sessions all the time, those that live and those that were revoked, and note
 * how late a revoked one was still served.
 */
export class Readers {
  readonly revocations = new Map<string, Revocation>();
  looks = 0;
  #isStopped = false;
  readonly #running: Promise<void>[];

  /** @param ids What is looked for; it may grow. */
  constructor(
    stores: readonly NearCachedSessionStore[],
    private readonly ids: readonly string[],
  ) {
    this.#running = stores.map((store, i) => this.#read(store, i));
  }

  /** To be called when whoever revoked a session has been answered. */
  revoked(id: string): void {
    const returnedAt = performance.now();
    this.revocations.set(id, { id, returnedAt, lastServedAt: returnedAt });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#running);
  }

  async #read(store: NearCachedSessionStore, offset: number): Promise<void> {
    for (let next = offset; !this.#isStopped;) {
      const pending: Promise<void>[] = [];
      for (let look = 0; look < LOOKS_PER_TURN; look += 1, next += 1) {
        const id = this.ids[next % this.ids.length];
        if (id === undefined) break;
        const at = performance.now();
        this.looks += 1;
        const found = store.find(id);
        if (!(found instanceof Promise)) this.#note(id, at, found !== null);
        // From Redis: what was asked for before the revocation may be answered after it.
        else
          pending.push(
            found.then((session) => {
              this.#note(id, at, session !== null);
            }),
          );
      }
      await Promise.all(pending);
      await tick();
    }
  }

  /** @param at When the session was asked for. */
  #note(id: string, at: number, wasServed: boolean): void {
    const revocation = this.revocations.get(id);
    if (!revocation || !wasServed || at < revocation.returnedAt) return;
    revocation.lastServedAt = Math.max(revocation.lastServedAt, at);
  }
}

/** For the table of figures: how late each revocation was honoured everywhere, as answers of 401. */
export function asKnocks(revocations: Iterable<Revocation>): Knock[] {
  const visitor = new Visitor('signed out', '', 'no');
  return Array.from(revocations, ({ returnedAt, lastServedAt }) => ({
    visitor,
    service: 'orders' as const,
    allowed: [401],
    sentAt: returnedAt,
    answeredAt: lastServedAt,
    outcome: { status: 401, headers: {} },
  }));
}
