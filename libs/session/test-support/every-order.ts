import { setImmediate as tick } from 'node:timers/promises';
import { Repeatable } from './repeatable.js';
import { areIndependent, type Step, type Touched } from './stepped.js';

/** An operation that takes its steps through the {@link Step} that it is given. */
type Racer<T> = (step: Step) => Promise<T>;

/** Runs two operations at once, in the order of this round, and returns their results. */
export type Race = <A, B>(one: Racer<A>, other: Racer<B>) => Promise<[A, B]>;

export interface EveryOrderOptions {
  /** Also runs the orders that cannot differ from an order that runs. @default false */
  readonly withEquivalent?: boolean;
  /** Seed of the random bytes, and so of the tokens and ids. @default 1 */
  readonly seed?: number;
}

/**
 * Runs a scenario once for every order in which the steps of two racing operations can follow each other, one
 * step at a time. Every outcome of a race is seen every time, not once in a thousand runs.
 *
 * Two neighbouring steps that touch different keys, or only read, have the same outcome in either order. Of
 * the orders that differ in nothing else, only one runs (sleep sets: Godefroid, Partial-Order Methods for the
 * Verification of Concurrent Systems, 1996, chapter 5).
 *
 * @returns the number of orders that ran to the end
 */
export async function inEveryOrder(
  scenario: (race: Race) => Promise<void>,
  { withEquivalent = false, seed = 1 }: EveryOrderOptions = {},
): Promise<number> {
  const repeatable = new Repeatable(seed);
  let runs = 0;
  try {
    for (let order: Order | null = new Order(); order !== null; order = order.next()) {
      const run = new Run(order, repeatable, withEquivalent);
      if (await run.completes(scenario)) runs += 1;
    }
  } finally {
    repeatable.end();
  }
  return runs;
}

/** Ends a run as soon as its rest is the same as in a previous run. */
class RanBefore extends Error {}

const NOT_REPEATABLE =
  'The scenario is not repeatable: two runs of one order took different steps.';

interface Choice {
  readonly taken: number;
  readonly options: number;
}

/** One path through the tree of choices, walked depth first. */
class Order {
  readonly #choices: Choice[] = [];

  /** @param prefix The choices with which the path begins. */
  constructor(private readonly prefix: readonly Choice[] = []) {}

  /** @throws Error when a run does not begin like the run before it. */
  choose(options: number): number {
    const { taken, options: expected } = this.prefix[this.#choices.length] ?? { taken: 0, options };
    if (options !== expected) throw new Error(NOT_REPEATABLE);
    this.#choices.push({ taken, options });
    return taken;
  }

  /** @throws Error when the run ended before it had made all choices of its prefix. */
  next(): Order | null {
    if (this.#choices.length < this.prefix.length) throw new Error(NOT_REPEATABLE);
    const path = [...this.#choices];
    for (let last = path.pop(); last !== undefined; last = path.pop()) {
      const { taken, options } = last;
      if (taken + 1 < options) return new Order([...path, { taken: taken + 1, options }]);
    }
    return null;
  }
}

/** One run of a scenario. */
class Run {
  constructor(
    private readonly order: Order,
    private readonly repeatable: Repeatable,
    private readonly withEquivalent: boolean,
  ) {}

  /** @returns whether it ran to the end */
  async completes(scenario: (race: Race) => Promise<void>): Promise<boolean> {
    this.repeatable.begin();
    try {
      await scenario((one, other) => this.#race(one, other));
      return true;
    } catch (error) {
      if (error instanceof RanBefore) return false;
      throw error;
    }
  }

  async #race<A, B>(one: Racer<A>, other: Racer<B>): Promise<[A, B]> {
    const first = this.repeatable.as('one', () => new Lane(one));
    const second = this.repeatable.as('other', () => new Lane(other));
    const lanes = [first, second];
    /**
     * Operation whose next step a previous run took from here, with no step since that touches the same keys.
     */
    let asleep: Lane<unknown> | undefined;
    for (;;) {
      while (!lanes.every((lane) => lane.isDone || lane.isWaiting)) await tick();
      const waiting = lanes.filter((lane) => lane.isWaiting);
      if (waiting.length === 0) break;
      const awake: Lane<unknown>[] = waiting.filter((lane) => lane !== asleep);
      const [chosen, tried] = this.#choose(awake);
      asleep = [asleep, ...tried].find((lane) => lane && this.#mayWait(lane, chosen));
      await chosen.takeStep();
      // The code after a step runs up to its next step before the other operation has a turn. The second tick
      // is for code that waits a tick itself.
      await tick();
      await tick();
    }
    return Promise.all([first.result, second.result]);
  }

  /** @returns the operation whose turn it is, and the operations whose turn it was in previous runs */
  #choose(awake: Lane<unknown>[]): [chosen: Lane<unknown>, tried: Lane<unknown>[]] {
    const taken = awake.length === 0 ? 0 : this.order.choose(awake.length);
    const chosen = awake[taken];
    if (chosen === undefined) throw new RanBefore();
    return [chosen, awake.slice(0, taken)];
  }

  #mayWait(lane: Lane<unknown>, chosen: Lane<unknown>): boolean {
    return !this.withEquivalent && areIndependent(lane.next, chosen.next);
  }
}

/** Operation under way, and its steps that wait for their turn. */
class Lane<T> {
  readonly result: Promise<T>;
  isDone = false;
  readonly #waiting: { take: () => Promise<void>; touched: Touched | undefined }[] = [];

  constructor(racer: Racer<T>) {
    this.result = racer(
      (act, touched) =>
        new Promise((resolve, reject) => {
          this.#waiting.push({ take: () => act().then(resolve, reject), touched });
        }),
    );
    const done = () => {
      this.isDone = true;
    };
    this.result.then(done, done);
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** The keys that the next step touches. */
  get next(): Touched | undefined {
    return this.#waiting[0]?.touched;
  }

  async takeStep(): Promise<void> {
    await this.#waiting.shift()?.take();
  }
}
