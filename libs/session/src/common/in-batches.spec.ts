import { setTimeout as delay } from 'node:timers/promises';
import { inBatches } from './in-batches.js';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('inBatches', () => {
  /** Returns the largest number of items that were processed at once. */
  async function peakOf(count: number, size?: number): Promise<number> {
    let running = 0;
    let peak = 0;
    const act = async () => {
      running += 1;
      peak = Math.max(peak, running);
      await delay(1);
      running -= 1;
    };
    await inBatches(numbers(count), act, size);
    expect(running).toBe(0);
    return peak;
  }

  it('processes a batch at once, and batches one after the other', async () => {
    expect(await peakOf(7, 3)).toBe(3);
    expect(await peakOf(2, 3)).toBe(2);
    expect(await peakOf(120)).toBe(50);
  });

  it('returns the results in the order of the items', async () => {
    const act = async (item: number) => {
      await delay(5 - item);
      return item * 10;
    };
    expect(await inBatches(numbers(5), act, 3)).toEqual([0, 10, 20, 30, 40]);
    expect(await inBatches([], act)).toEqual([]);
  });

  it('fails with the first error, and starts no further batch', async () => {
    const started: number[] = [];
    const act = (item: number) => {
      started.push(item);
      return item === 1 ? Promise.reject(new Error('lost')) : Promise.resolve();
    };
    await expect(inBatches(numbers(9), act, 3)).rejects.toThrow('lost');
    expect(started).toEqual([0, 1, 2]);
  });
});
