import { newCallSecret } from './call-secret';

describe('the shared secret of the apps of one start', () => {
  it('is long enough, and different each time', () => {
    expect(newCallSecret()).toMatch(/^[0-9a-f]{64}$/);
    expect(newCallSecret()).not.toBe(newCallSecret());
  });
});
