import { sampleSession } from '../../test-support/sample-session.js';
import { denialFor } from './denial-for.js';

const session = sampleSession();
const details = {
  who: { session, caller: 'orders' },
  maxSignInAge: 300_000,
  reauthenticateAt: '/again',
};

describe('denialFor()', () => {
  it('creates a 403 without details for a missing role', () => {
    const denial = denialFor('role-required', details);

    expect(denial.getStatus()).toBe(403);
    expect(denial.code).toBe('ERR_SESSION_ROLE_REQUIRED');
    expect(denial.members).toEqual({});
  });

  it('creates a 403 with the limit and the redirect target for a required re-authentication', () => {
    const denial = denialFor('reauthentication-required', details);

    expect(denial.getStatus()).toBe(403);
    expect(denial.code).toBe('ERR_SESSION_REAUTHENTICATION_REQUIRED');
    expect(denial.members).toEqual({ maxAge: 300, reauthenticate: '/again' });
  });

  it('leaves out a limit that the route does not have', () => {
    const denial = denialFor('reauthentication-required', { ...details, maxSignInAge: null });

    expect(denial.members).toEqual({ reauthenticate: '/again' });
  });

  it.each(['role-required', 'reauthentication-required'] as const)(
    'names the denied user and the calling service for the security log: %s',
    (decision) => {
      expect(denialFor(decision, details).who).toBe(details.who);
    },
  );
});
