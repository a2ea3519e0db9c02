import fc from 'fast-check';
import { fuzzed } from '../../../../tools/testing/fuzzed';
import { FairQueue } from './fair-queue';
import type { QueueLane } from './queue-lane';

class Item {
  hasGivenUp = false;

  constructor(
    readonly lane: QueueLane,
    readonly name: string,
  ) {}

  giveUp(): void {
    this.hasGivenUp = true;
  }
}

const strange = (name: string): QueueLane => ({ name, isKnown: false });
const known = (name: string): QueueLane => ({ name, isKnown: true });

describe('a fair queue', () => {
  let made: Item[];

  beforeEach(() => {
    made = [];
  });

  function fill(queue: FairQueue<Item>, lane: QueueLane, count: number): boolean[] {
    return Array.from({ length: count }, (_, at) => {
      const item = new Item(lane, `${lane.name}${at}`);
      made.push(item);
      return queue.push(item);
    });
  }

  const order = (queue: FairQueue<Item>) =>
    Array.from({ length: queue.length }, () => queue.shift()?.name);
  const givenUp = () => made.filter((it) => it.hasGivenUp).map((it) => it.name);

  it('serves the lanes in turn, each in order of arrival', () => {
    const queue = new FairQueue<Item>(10);
    fill(queue, strange('a'), 3);
    fill(queue, strange('b'), 2);
    fill(queue, strange('c'), 1);
    expect(order(queue)).toEqual(['a0', 'b0', 'c0', 'a1', 'b1', 'a2']);
    expect(queue.shift()).toBeUndefined();
  });

  it('gives known lanes every second turn', () => {
    const queue = new FairQueue<Item>(20);
    for (const name of ['a', 'b', 'c', 'd']) fill(queue, strange(name), 1);
    fill(queue, known('k'), 2);
    expect(order(queue)).toEqual(['k0', 'a0', 'k1', 'b0', 'c0', 'd0']);
  });

  it('drops items from the longest lane to make room for a shorter one', () => {
    const queue = new FairQueue<Item>(4);
    fill(queue, strange('a'), 4);
    expect(fill(queue, strange('b'), 3)).toEqual([true, true, false]);
    expect(givenUp()).toEqual(['a2', 'a3']);
    expect(order(queue)).toEqual(['a0', 'b0', 'a1', 'b1']);
  });

  it('rejects a new lane when all lanes are equally long', () => {
    const queue = new FairQueue<Item>(3);
    for (const name of ['a', 'b', 'c']) fill(queue, strange(name), 1);
    expect(fill(queue, strange('d'), 1)).toEqual([false]);
    expect(givenUp()).toEqual([]);
  });

  it('reserves half of the places for known lanes, and half for the others', () => {
    for (const [first, second] of [
      [strange, known],
      [known, strange],
    ] as const) {
      const queue = new FairQueue<Item>(6);
      for (let i = 0; i < 6; i += 1) fill(queue, first(`first${i}`), 1);
      for (let i = 0; i < 3; i += 1) expect(fill(queue, second(`second${i}`), 1)).toEqual([true]);
      expect(fill(queue, second('second3'), 1)).toEqual([false]);
      expect(queue.length).toBe(6);
    }
  });

  it('rejects every item when its capacity is 0', () => {
    expect(fill(new FairQueue<Item>(0), known('k'), 1)).toEqual([false]);
  });

  it('serves or drops each item once, and never exceeds its capacity', () => {
    const lane = fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), isKnown: fc.boolean() });
    const steps = fc.array(fc.option(lane, { freq: 3 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8 }), steps, (capacity, wanted) => {
        const queue = new FairQueue<Item>(capacity);
        const waiting = new Set<Item>();
        for (const [at, wantedLane] of wanted.entries()) {
          if (wantedLane === null) {
            const item = queue.shift();
            expect(item === undefined).toBe(waiting.size === 0);
            if (item) expect(waiting.delete(item)).toBe(true);
          } else {
            const item = new Item(wantedLane, String(at));
            if (queue.push(item)) waiting.add(item);
          }
          for (const item of waiting) if (item.hasGivenUp) waiting.delete(item);
          expect(queue.length).toBe(waiting.size);
          expect(queue.length).toBeLessThanOrEqual(capacity);
        }
      }),
      fuzzed(300),
    );
  });
});
