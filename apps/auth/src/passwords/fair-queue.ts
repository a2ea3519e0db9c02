import type { QueueLane } from './queue-lane';

/** A waiting item, and the function to call when the item loses its place in the queue. */
export interface Waiting {
  readonly lane: QueueLane;
  giveUp(): void;
}

/**
 * A bounded queue with fair shares. Lanes take turns; known lanes have every second turn and half of the
 * places. A full queue takes a place from the longest lane for an item of a shorter lane. However many items
 * one lane sends, the first item of another lane gets a place and waits for at most one item of each lane.
 */
export class FairQueue<T extends Waiting> {
  readonly #known = new Lanes<T>();
  readonly #strange = new Lanes<T>();
  #isTurnOfKnown = true;

  /** @param capacity Maximum number of waiting items; may be 0. */
  constructor(private readonly capacity: number) {}

  get length(): number {
    return this.#known.length + this.#strange.length;
  }

  /** @returns `false` when there is no place for the item */
  push(item: T): boolean {
    if (this.length >= this.capacity && !this.#makeRoomFor(item.lane)) return false;
    this.#lanesOf(item.lane).push(item);
    return true;
  }

  /** Removes and returns the item whose turn it is. */
  shift(): T | undefined {
    const [first, second] = this.#isTurnOfKnown
      ? [this.#known, this.#strange]
      : [this.#strange, this.#known];
    this.#isTurnOfKnown = !this.#isTurnOfKnown;
    return first.shift() ?? second.shift();
  }

  #lanesOf({ isKnown }: QueueLane): Lanes<T> {
    return isKnown ? this.#known : this.#strange;
  }

  #makeRoomFor(lane: QueueLane): boolean {
    const own = this.#lanesOf(lane);
    const others = lane.isKnown ? this.#strange : this.#known;
    const isBelowItsHalf = own.length < Math.floor(this.capacity / 2);
    const victim =
      isBelowItsHalf && others.length > 0
        ? others.popLongest(0)
        : own.popLongest(own.lengthOf(lane.name) + 1);
    victim?.giveUp();
    return victim !== undefined;
  }
}

/** Queues of items by the name of their lane. The lanes take turns. */
class Lanes<T extends Waiting> {
  // In the order of their turns: after its turn, a lane goes to the end.
  readonly #lanes = new Map<string, T[]>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  lengthOf(name: string): number {
    return this.#lanes.get(name)?.length ?? 0;
  }

  push(item: T): void {
    const { name } = item.lane;
    const line = this.#lanes.get(name);
    if (line) line.push(item);
    else this.#lanes.set(name, [item]);
    this.#length += 1;
  }

  shift(): T | undefined {
    const [next] = this.#lanes;
    if (next === undefined) return undefined;
    const [name, line] = next;
    const item = line.shift();
    this.#lanes.delete(name);
    if (line.length > 0) this.#lanes.set(name, line);
    this.#length -= 1;
    return item;
  }

  /** Removes and returns the last item of the longest lane, if the lane has more than `moreThan` items. */
  popLongest(moreThan: number): T | undefined {
    let longest: [name: string, line: T[]] | null = null;
    for (const lane of this.#lanes) {
      if (lane[1].length > (longest?.[1].length ?? moreThan)) longest = lane;
    }
    if (longest === null) return undefined;
    const [name, line] = longest;
    const item = line.pop();
    if (line.length === 0) this.#lanes.delete(name);
    this.#length -= 1;
    return item;
  }
}
