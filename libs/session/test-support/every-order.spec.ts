import { randomBytes } from 'node:crypto';
import { inEveryOrder } from './every-order.js';
import type { Step } from './stepped.js';

/** Steps that read a key, write it, or append the last read value to it. */
type Program = readonly (readonly [action: 'read' | 'write' | 'raise', key: string])[];

const PROGRAMS: readonly Program[] = [
  [
    ['read', 'a'],
    ['raise', 'a'],
  ],
  [
    ['write', 'a'],
    ['read', 'b'],
    ['write', 'b'],
  ],
  [
    ['read', 'b'],
    ['raise', 'a'],
    ['read', 'a'],
  ],
  [
    ['write', 'a'],
    ['read', 'b'],
    ['raise', 'b'],
  ],
  [
    ['read', 'c'],
    ['write', 'c'],
    ['raise', 'a'],
  ],
];

/** Runs a program on a store, and returns what it has read. */
async function run(program: Program, store: Map<string, string>, name: string, step: Step) {
  const read: string[] = [];
  for (const [action, key] of program) {
    const touched = action === 'read' ? { reads: [key], writes: [] } : { reads: [], writes: [key] };
    await step(() => {
      const current = store.get(key) ?? '';
      if (action === 'read') read.push(current);
      else store.set(key, action === 'write' ? name : `${current}${read.at(-1) ?? ''}${name}`);
      return Promise.resolve();
    }, touched);
  }
  return read;
}

/** Returns all outcomes that two programs can have, and the number of orders that ran. */
async function outcomesOf(one: Program, other: Program, withEquivalent: boolean) {
  const outcomes = new Set<string>();
  const orders = await inEveryOrder(
    async (race) => {
      const store = new Map<string, string>();
      const read = await race(
        (step) => run(one, store, '1', step),
        (step) => run(other, store, '2', step),
      );
      outcomes.add(JSON.stringify([read, [...store].sort()]));
    },
    { withEquivalent },
  );
  return { outcomes: [...outcomes].sort(), orders };
}

describe('inEveryOrder', () => {
  it('runs each order once', async () => {
    const { orders } = await outcomesOf(
      [
        ['write', 'a'],
        ['write', 'a'],
      ],
      [
        ['write', 'a'],
        ['write', 'a'],
        ['write', 'a'],
      ],
      false,
    );

    // Two out of five.
    expect(orders).toBe(10);
  });

  it('skips only orders whose outcome another order has', async () => {
    const saved: number[] = [];
    for (const [i, one] of PROGRAMS.entries()) {
      for (const other of PROGRAMS.slice(i)) {
        const all = await outcomesOf(one, other, true);
        const some = await outcomesOf(one, other, false);

        expect(some.outcomes).toEqual(all.outcomes);
        saved.push(all.orders - some.orders);
      }
    }

    expect(Math.min(...saved)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...saved)).toBeGreaterThan(0);
  });

  it('runs one order of independent operations', async () => {
    const { orders } = await outcomesOf(
      [
        ['write', 'a'],
        ['read', 'c'],
      ],
      [
        ['write', 'b'],
        ['read', 'c'],
      ],
      false,
    );

    expect(orders).toBe(1);
  });

  it('skips no order of steps whose keys are unknown', async () => {
    const act = () => Promise.resolve();
    const twice = async (step: Step) => {
      await step(act);
      await step(act);
    };

    const orders = await inEveryOrder(async (race) => {
      await race(twice, twice);
    });

    expect(orders).toBe(6);
  });

  it('rejects a scenario that does something else each time', async () => {
    let steps = 1;
    const more = async (step: Step) => {
      for (let i = 0; i < steps; i += 1) await step(() => Promise.resolve());
    };
    const scenario = async (race: Parameters<Parameters<typeof inEveryOrder>[0]>[0]) => {
      await race(more, more);
      steps = steps === 1 ? 0 : 1;
    };

    await expect(inEveryOrder(scenario)).rejects.toThrow('not repeatable');
  });

  it('gives every run the same tokens and times, whatever the order', async () => {
    const seen = new Set<string>();
    const draw = async (step: Step) => {
      const before = randomBytes(8).toString('hex');
      await step(() => Promise.resolve());
      return before + randomBytes(8).toString('hex');
    };
    await inEveryOrder(async (race) => {
      seen.add(JSON.stringify([Date.now(), await race(draw, draw)]));
    });

    expect(seen.size).toBe(1);
  });
});
