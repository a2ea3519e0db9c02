/** What is asked of one id: at most one call under way, and one that waits for it. */
interface Lane<T> {
  /** Settles, and never fails, when the call under way is back. */
  underWay: Promise<void>;
  waiting: { fresh: boolean; readonly answer: Promise<T> } | null;
}

/**
 * Has those who look for one session at the same time share calls, without an answer that is older than
 * the question: a logout may have returned between the two. Who comes while a call is under way shares
 * the next one, which is sent when that one is back.
 */
export class JoinedFinds<T> {
  readonly #lanes = new Map<string, Lane<T>>();

  /**
   * @param send Sends a call; `fresh` when one of those who share it asks for that.
   * @param onJoined Called for everybody who shares a call that somebody else has caused.
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
    // From here on nobody joins it: who comes now may know of something that it does not.
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
