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

describe('the probe key of a Cluster node', () => {
  it.each([1, 2, 3])('is served by node %i and has the given prefix', (port) => {
    const slots = slotsOf(1, 2, 3);

    const key = keyServedBy(nodeAt(port), slots, 'app:session:');

    expect(key).toMatch(/^app:session:\{[^}]+\}$/);
    expect(slots[calculateSlot(key ?? '')]?.[0]).toBe(`10.0.0.1:${port}`);
  });

  it('stays the same while the node serves it, then changes', () => {
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

  it('is null for a replica, for a node without slots, and while no slots are known', () => {
    expect(keyServedBy(nodeAt(1_001), slotsOf(1, 2), 'session:')).toBeNull();
    expect(keyServedBy(nodeAt(3), slotsOf(1, 2), 'session:')).toBeNull();
    expect(keyServedBy(nodeAt(1), [], 'session:')).toBeNull();
  });

  it('is null for a node that serves no key of a prefix with a hash tag', () => {
    const slots = slotsOf(1, 2);
    const owner = slots[calculateSlot('{app}')]?.[0] === '10.0.0.1:1' ? 1 : 2;

    expect(keyServedBy(nodeAt(owner), slots, '{app}:session:')).toMatch(/^\{app\}:session:/);
    expect(keyServedBy(nodeAt(3 - owner), slots, '{app}:session:')).toBeNull();
  });
});
