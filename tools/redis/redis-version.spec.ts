import { eachRow } from '../testing/each-row';
import { isSupportedRedis } from './redis-version';

describe('the version of Redis', () => {
  it('is new enough from 7.0 on', async () => {
    await eachRow(['7.0.0', '7.2.4', '8.0.1', '10.0.0'], (version) => {
      expect(isSupportedRedis(version)).toBe(true);
    });
  });

  it('is too old before 7.0, or when it is unknown', async () => {
    await eachRow(['6.2.14', '6.0.16', '5.0.14', ''], (version) => {
      expect(isSupportedRedis(version)).toBe(false);
    });
  });
});
