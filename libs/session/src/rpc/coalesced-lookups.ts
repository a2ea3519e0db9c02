/** Lookups of one id: at most one call in progress, and one call that waits for it. */
interface Lane<T> {
  /** Resolves, and never rejects, when the call in progress has ended. */
  underWay: Promise<void>;
  waiting: { fresh: boolean; readonly answer: Promise<T> } | null;
}

/**
 * Shares calls between concurrent lookups of one session (single flight). No lookup receives an answer older
 * than itself: a logout may have returned between the two. A lookup that starts while a call is in progress
 * shares the next call, which is sent when the call in progress has ended.
 */
export class CoalescedLookups<T> {
  readonly #lanes = new Map<string, Lane<T>>();

  /**
   * @param send Sends a call; `fresh` when a lookup that shares the call asks for a fresh answer.
   * @param onJoined Called for each lookup that shares a call caused by another lookup.
   */
  constructor(
    private readonly send: (id: string, fresh: boolean) => Promise<T>,
    private readonly onJoined: () => void = () => undefined,
  ) {}

  find(id: string, fresh: boolean): Promise<T> {
    const lane = this.#lanes.get(id);
    if (lane === undefined) {
      const created = { underWay: Promise.resolve(), waiting: null };
      this.#lanes.set(id, created);
      return this.#start(id, created, fresh);
    }
    if (lane.waiting === null) {
      const answer = lane.underWay.then(() => this.#startWaiting(id, lane));
      lane.waiting = { fresh, answer };
      return answer;
    }
    lane.waiting.fresh ||= fresh;
    this.onJoined();
    return lane.waiting.answer;
  }

  #startWaiting(id: string, lane: Lane<T>): Promise<T> {
    const fresh = lane.waiting?.fresh ?? true;
    // From here on, no lookup joins the call: a new lookup may follow a change that the call misses.
    lane.waiting = null;
    return this.#start(id, lane, fresh);
  }

  #start(id: string, lane: Lane<T>, fresh: boolean): Promise<T> {
    const answer = this.send(id, fresh);
    const done = () => {
      if (lane.waiting === null) this.#lanes.delete(id);
    };
    lane.underWay = answer.then(done, done);
    return answer;
  }
}
