import { newCallSecret } from './call-secret';

describe('the secret that the apps of one start share', () => {
  it('is long enough for them, and another one each time', () => {
    expect(newCallSecret()).toMatch(/^[0-9a-f]{64}$/);
    expect(newCallSecret()).not.toBe(newCallSecret());
  });
});
