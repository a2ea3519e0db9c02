import calculateSlot from 'cluster-key-slot';
import { Redis } from 'ioredis';
import { keyServedBy } from './cluster-probe-key.js';

const SLOTS = 16_384;

/** Creates a node that is never connected to: only its name counts here. */
function nodeAt(port: number): Redis {
  return new Redis({ host: '10.0.0.1', port, lazyConnect: true });
}

/** @param share Ports of the masters that share the slots evenly. */
function slotsOf(...share: number[]): string[][] {
  return Array.from({ length: SLOTS }, (_, slot) => {
    const port = share[Math.floor((slot * share.length) / SLOTS)] ?? 0;
    return [`10.0.0.1:${port}`, `10.0.0.1:${port + 1_000}`];
  });
}

describe('the key that a Cluster is probed with', () => {
  it.each([1, 2, 3])(
    'is one that the node %i serves, with the prefix that was asked for',
    (port) => {
      const slots = slotsOf(1, 2, 3);

      const key = keyServedBy(nodeAt(port), slots, 'app:session:');

      expect(key).toMatch(/^app:session:\{[^}]+\}$/);
      expect(slots[calculateSlot(key ?? '')]?.[0]).toBe(`10.0.0.1:${port}`);
    },
  );

  it('is the same again while the node serves it, and another one afterwards', () => {
    const node = nodeAt(1);
    const key = keyServedBy(node, slotsOf(1, 2), 'session:');
    expect(keyServedBy(node, slotsOf(1, 2), 'session:')).toBe(key);

    const slots = slotsOf(2, 1);
    const other = keyServedBy(node, slots, 'session:');

    expect(slots[calculateSlot(other ?? '')]?.[0]).toBe('10.0.0.1:1');
  });

  it('is found for a node with a single slot', () => {
    const slots = slotsOf(1);
    slots[SLOTS - 1] = ['10.0.0.1:2'];

    expect(calculateSlot(keyServedBy(nodeAt(2), slots, 'session:') ?? '')).toBe(SLOTS - 1);
  });

  it('is none for a replica, for a node without slots, and while no slot is known', () => {
    expect(keyServedBy(nodeAt(1_001), slotsOf(1, 2), 'session:')).toBeNull();
    expect(keyServedBy(nodeAt(3), slotsOf(1, 2), 'session:')).toBeNull();
    expect(keyServedBy(nodeAt(1), [], 'session:')).toBeNull();
  });

  it('is none for a node that serves none of the keys of a prefix that names one slot itself', () => {
    const slots = slotsOf(1, 2);
    const owner = slots[calculateSlot('{app}')]?.[0] === '10.0.0.1:1' ? 1 : 2;

    expect(keyServedBy(nodeAt(owner), slots, '{app}:session:')).toMatch(/^\{app\}:session:/);
    expect(keyServedBy(nodeAt(3 - owner), slots, '{app}:session:')).toBeNull();
  });
});
