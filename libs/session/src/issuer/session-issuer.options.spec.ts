import { eachRow } from '../../../../tools/testing/each-row.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { type SessionIssuerModuleOptions, SessionIssuerOptions } from './session-issuer.options.js';

describe('the options of SessionIssuerModule', () => {
  it('have the documented defaults', () => {
    expect(new SessionIssuerOptions({})).toEqual({
      idleTimeout: 1_800_000,
      absoluteTimeout: 43_200_000,
      maxPerUser: 10,
      rotationGrace: 10_000,
      waitReplicas: 0,
      services: [],
      eventsKept: 10_000,
    });
  });

  it('accept valid values', () => {
    const given = {
      idleTimeout: '1h',
      absoluteTimeout: 3_600_000,
      maxPerUser: 1,
      waitReplicas: 2,
      services: ['orders', 'order-history-2'],
      eventsKept: 1,
      rotationGrace: 60_000,
    };
    expect(new SessionIssuerOptions(given)).toEqual({ ...given, idleTimeout: 3_600_000 });
  });

  it.each([0, '0'])('accept %j as no grace', (rotationGrace) => {
    expect(new SessionIssuerOptions({ rotationGrace }).rotationGrace).toBe(0);
  });

  it('reject invalid values and say how to fix them', async () => {
    const rows: [options: SessionIssuerModuleOptions, message: RegExp][] = [
      [{ idleTimeout: 'never' }, /^idleTimeout: 'never'.*'30m'/],
      [{ absoluteTimeout: '12' }, /^absoluteTimeout: '12'.*'30m'/],
      [{ idleTimeout: '13h' }, /^idleTimeout is longer than absoluteTimeout.*Decrease idleTimeout/],
      [
        { absoluteTimeout: '1m' },
        /^idleTimeout is longer than absoluteTimeout.*Decrease idleTimeout/,
      ],
      [{ maxPerUser: 0 }, /^maxPerUser must be a whole number/],
      [{ maxPerUser: 10_001 }, /^maxPerUser must be a whole number from 1 to 10000/],
      [{ maxPerUser: 1.5 }, /^maxPerUser must be a whole number/],
      [{ maxPerUser: NaN }, /^maxPerUser must be a whole number/],
      [{ waitReplicas: -1 }, /^waitReplicas must be a whole number/],
      [{ services: ['orders', 'a:b'] }, /^services: 'a:b' is not a valid service name/],
      [{ services: [''] }, /^services: ''/],
      [{ rotationGrace: 'a while' }, /^rotationGrace: 'a while'.*'30m'/],
      [{ rotationGrace: '61s' }, /^rotationGrace: .*longer than '60s'.*0 for no grace/],
      [{ rotationGrace: -1 }, /^rotationGrace: '-1'/],
      [{ eventsKept: 0 }, /^eventsKept must be a whole number/],
      [{ waitReplicas: 0.5 }, /^waitReplicas must be a whole number/],
    ];
    await eachRow(rows, ([options, message]) => {
      expect(() => new SessionIssuerOptions(options)).toThrow(SessionOptionsError);
      expect(() => new SessionIssuerOptions(options)).toThrow(message);
    });
  });
});
