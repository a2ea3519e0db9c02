import { renewalInterval } from './renewal-interval.js';

describe('renewalInterval', () => {
  it('returns the configured interval for long idle timeouts', () => {
    expect(renewalInterval(60_000, 30 * 60_000)).toBe(60_000);
    expect(renewalInterval(60_000, 24 * 3_600_000)).toBe(60_000);
  });

  it('returns a thirtieth of a short idle timeout', () => {
    expect(renewalInterval(60_000, 15 * 60_000)).toBe(30_000);
    expect(renewalInterval(60_000, 3_000)).toBe(100);
  });
});
