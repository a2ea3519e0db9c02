import { LONGEST_LIFE } from './call-tokens.js';
import { UsedCalls } from './used-calls.js';

describe('calls that were made', () => {
  let now = 0;
  let used: UsedCalls;

  beforeEach(() => {
    now = 0;
    used = new UsedCalls(() => now);
  });

  it('are known again for as long as a call is good, whenever they were made', () => {
    for (let at = 0; at < 5 * LONGEST_LIFE; at += 7) {
      now = at * 1_000;
      expect(used.add(`call-${at}`)).toBe(true);
      for (let made = Math.max(0, at - LONGEST_LIFE); made <= at; made += 1) {
        if (made % 7 === 0) expect(used.add(`call-${made}`)).toBe(false);
      }
    }
  });

  it('are forgotten after twice that time', () => {
    expect(used.add('a')).toBe(true);
    now = 2 * LONGEST_LIFE * 1_000;
    expect(used.add('a')).toBe(true);
  });
});
