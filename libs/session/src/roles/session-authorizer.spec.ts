import { sampleSession } from '../../test-support/sample-session.js';
import type { Session } from '../session/session.js';
import type { TokenRequest } from '../token/token-headers.js';
import { type RouteRequirements, SessionAuthorizer } from './session-authorizer.js';

const REQUEST: TokenRequest = { headers: {} };
const OPEN: RouteRequirements = {
  anyOf: [],
  isServicesOnly: false,
  skipsCache: false,
  maxSignInAge: null,
};

function decide(
  roles: readonly string[],
  requirements: Partial<RouteRequirements> = {},
  { requiredRole, by = new SessionAuthorizer(), request = REQUEST }: Options = {},
) {
  const session = sampleSession({ roles: [...roles] });
  return by.authorize(session, { ...OPEN, ...requirements }, requiredRole, request);
}

interface Options {
  readonly requiredRole?: string;
  readonly by?: SessionAuthorizer;
  readonly request?: TokenRequest;
}

describe('SessionAuthorizer', () => {
  it('authorizes any session when nothing is required', () => {
    expect(decide([])).toBe('authorized');
  });

  it('requires the role of the service, and one role of the route', () => {
    const requirements = { anyOf: ['read', 'write'] };
    const options = { requiredRole: 'orders' };

    expect(decide(['orders', 'write'], requirements, options)).toBe('authorized');
    expect(decide(['orders'], requirements, options)).toBe('role-required');
    expect(decide(['write'], requirements, options)).toBe('role-required');
  });

  it('rejects every session on a route for services only', () => {
    expect(decide(['orders'], { isServicesOnly: true })).toBe('role-required');
  });

  it('requires a recent authentication only after the roles', () => {
    const old = sampleSession({ roles: ['orders'], authenticatedAt: Date.now() - 60_000 });
    const route = { ...OPEN, skipsCache: true, maxSignInAge: 30_000 };
    const authorizer = new SessionAuthorizer();

    expect(authorizer.authorize(old, route, 'orders', REQUEST)).toBe('reauthentication-required');
    expect(authorizer.authorize(old, route, 'admin', REQUEST)).toBe('role-required');
    expect(authorizer.authorize(old, { ...route, maxSignInAge: 120_000 }, 'orders', REQUEST)).toBe(
      'authorized',
    );
  });
});

describe('a superseded session', () => {
  const session = sampleSession({ roles: ['orders'] }).with({ supersededBy: sampleSession().id });
  const decisionOf = (requirements: Partial<RouteRequirements>, roles?: string) =>
    new SessionAuthorizer().authorize(session, { ...OPEN, ...requirements }, roles, REQUEST);

  it('is authorized, except on a route that skips the cache', () => {
    expect(decisionOf({})).toBe('authorized');
    expect(decisionOf({ skipsCache: true })).toBe('reauthentication-required');
    expect(decisionOf({ skipsCache: true, maxSignInAge: 60_000 })).toBe(
      'reauthentication-required',
    );
  });

  it('without the role is rejected for the role', () => {
    expect(decisionOf({ skipsCache: true }, 'admin')).toBe('role-required');
  });
});

describe('an authorizer of an application', () => {
  class WildcardAuthorizer extends SessionAuthorizer {
    protected override hasRole({ roles }: Session, role: string): boolean {
      return roles.some((own) =>
        own.endsWith(':*') ? role.startsWith(own.slice(0, -1)) : own === role,
      );
    }
  }

  class TenantAuthorizer extends SessionAuthorizer {
    protected override hasRole(session: Session, role: string, { headers }: TokenRequest): boolean {
      const tenant = (headers as Record<string, unknown>)['x-tenant'];
      return typeof tenant === 'string' && session.hasRole(`${tenant}/${role}`);
    }
  }

  it('can accept wildcard roles', () => {
    const options = { by: new WildcardAuthorizer() };

    expect(decide(['orders:*'], { anyOf: ['orders:write'] }, options)).toBe('authorized');
    expect(decide(['orders:*'], { anyOf: ['ordersother:write'] }, options)).toBe('role-required');
    expect(decide(['*'], { anyOf: ['orders:write'] }, options)).toBe('role-required');
  });

  it('can look up roles per tenant of the request', () => {
    const by = new TenantAuthorizer();
    const of = (tenant: string) => ({ headers: { 'x-tenant': tenant } }) as TokenRequest;

    expect(decide(['acme/orders'], {}, { by, requiredRole: 'orders', request: of('acme') })).toBe(
      'authorized',
    );
    expect(decide(['acme/orders'], {}, { by, requiredRole: 'orders', request: of('other') })).toBe(
      'role-required',
    );
    expect(decide(['acme/orders'], {}, { by, requiredRole: 'orders' })).toBe('role-required');
  });
});
