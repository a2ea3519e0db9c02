import { LONGEST_LIFE } from './call-tokens.js';
import { UsedCalls } from './used-calls.js';

describe('used calls', () => {
  let now = 0;
  let used: UsedCalls;

  beforeEach(() => {
    now = 0;
    used = new UsedCalls(() => now);
  });

  it('are recognized for as long as a call is valid, whenever they were made', () => {
    for (let at = 0; at < 5 * LONGEST_LIFE; at += 7) {
      now = at * 1_000;
      expect(used.add(`call-${at}`)).toBe(true);
      for (let made = Math.max(0, at - LONGEST_LIFE); made <= at; made += 1) {
        if (made % 7 === 0) expect(used.add(`call-${made}`)).toBe(false);
      }
    }
  });

  it('are forgotten after twice the lifetime of a call', () => {
    expect(used.add('a')).toBe(true);
    now = 2 * LONGEST_LIFE * 1_000;
    expect(used.add('a')).toBe(true);
  });
});
