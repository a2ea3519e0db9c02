import { setImmediate as tick } from 'node:timers/promises';
import type { Step } from './stepped';

/** An operation that takes its steps through the {@link Step} that it is given. */
type Racer<T> = (step: Step) => Promise<T>;

/** Runs two operations at once, in the order of this round, and gives their results. */
export type Race = <A, B>(one: Racer<A>, other: Racer<B>) => Promise<[A, B]>;

/**
 * Runs a scenario once for every order in which the steps of two racing operations can follow each
 * other, one step at a time: what a race can do is seen every time, not once in a thousand runs.
 *
 * @returns in how many orders it was run
 */
export async function inEveryOrder(scenario: (race: Race) => Promise<void>): Promise<number> {
  let runs = 0;
  for (let order: Order | null = new Order(); order !== null; order = order.next()) {
    const current = order;
    await scenario((one, other) => runInOrder(one, other, current));
    runs += 1;
  }
  return runs;
}

/** One path through the tree of choices, walked depth first. */
class Order {
  readonly #choices: { taken: number; options: number }[] = [];

  constructor(private readonly prefix: readonly number[] = []) {}

  choose(options: number): number {
    const taken = Math.min(this.prefix[this.#choices.length] ?? 0, options - 1);
    this.#choices.push({ taken, options });
    return taken;
  }

  next(): Order | null {
    const path = [...this.#choices];
    for (let last = path.pop(); last !== undefined; last = path.pop()) {
      const { taken, options } = last;
      if (taken + 1 < options) return new Order([...path.map((it) => it.taken), taken + 1]);
    }
    return null;
  }
}

async function runInOrder<A, B>(one: Racer<A>, other: Racer<B>, order: Order): Promise<[A, B]> {
  const first = new Lane(one);
  const second = new Lane(other);
  const lanes = [first, second];
  for (;;) {
    while (!lanes.every((lane) => lane.isDone || lane.isWaiting)) await tick();
    const waiting = lanes.filter((lane) => lane.isWaiting);
    const chosen = waiting[order.choose(waiting.length)];
    if (chosen === undefined) break;
    await chosen.takeStep();
    // What follows the step runs up to the next one before anybody else has a turn.
    await tick();
  }
  return Promise.all([first.result, second.result]);
}

/** An operation on its way, and the steps for which it waits to have its turn. */
class Lane<T> {
  readonly result: Promise<T>;
  isDone = false;
  readonly #waiting: (() => Promise<void>)[] = [];

  constructor(racer: Racer<T>) {
    this.result = racer(
      (act) =>
        new Promise((resolve, reject) => {
          this.#waiting.push(() => act().then(resolve, reject));
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

  async takeStep(): Promise<void> {
    await this.#waiting.shift()?.();
  }
}
