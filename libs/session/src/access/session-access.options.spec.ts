import { SessionOptionsError } from '../errors/session-options.error.js';
import { releaseOfPackage } from './package-release.js';
import { SessionAccessOptions } from './session-access.options.js';

describe('the options of SessionAccessModule', () => {
  it('have the documented defaults', () => {
    expect(new SessionAccessOptions({})).toEqual({ release: releaseOfPackage() });
  });

  it('accept a release', () => {
    expect(new SessionAccessOptions({ release: '1.2.3' })).toEqual({ release: '1.2.3' });
  });

  it.each(['', 'x'.repeat(257), '1\n2'])('reject the release %j', (release) => {
    const act = () => new SessionAccessOptions({ release });

    expect(act).toThrow(SessionOptionsError);
    expect(act).toThrow(/release must be a version/);
  });
});
