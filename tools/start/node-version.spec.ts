import { eachRow } from '../testing/each-row';
import { requireNodeVersion } from './node-version';

describe('requireNodeVersion', () => {
  it('accepts a version that is new enough, or unknown', async () => {
    await eachRow([undefined, '20.19.0', '20.20.2', '22.0.0', '24.1.0'], (version) => {
      expect(() => {
        requireNodeVersion(version);
      }).not.toThrow();
    });
  });

  it.each(['20.18.3', '18.20.8'])('rejects %s and names the version to install', (version) => {
    expect(() => {
      requireNodeVersion(version);
    }).toThrow(`Node.js ${version} is too old: install >=20.19`);
  });
});
