import type { RouteView, ServiceView } from '../api/views';
import { knownRoles } from '../users/known-roles';
import { decisionWords } from './decision.words';
import { requirementWords } from './requirement.words';

const route = (rest: Partial<RouteView>): RouteView => ({
  ...{ method: 'GET', path: '/', isPublic: false, isFresh: false, isConditional: false },
  ...{ isUnsupported: false, anyOf: [], alsoIn: [], ...rest },
});
const texts = (rest: Partial<RouteView>, role: string | null = 'orders') =>
  requirementWords(route(rest), role).map(({ text }) => text);

describe('requirementWords', () => {
  it('names the role of the service, those of the route, and the age of the sign-in', () => {
    const rest = { anyOf: ['orders', 'a', 'b'], maxAge: 300_000, isFresh: true };
    expect(texts(rest)).toEqual([
      'orders',
      'a or b',
      'sign-in within 5 minutes',
      'read without cache',
    ]);
  });

  it('names a session when no role is required, and nothing else of a public route', () => {
    expect(texts({}, null)).toEqual(['a session']);
    expect(texts({ isPublic: true, anyOf: ['a'] })).toEqual(['public']);
  });

  it('warns of routes that gateways refuse', () => {
    const warnings = requirementWords(route({ isUnsupported: true, alsoIn: ['b'] }), null);
    expect(warnings.filter(({ isWarning }) => isWarning).map(({ text }) => text)).toEqual([
      'refused by gateways',
      'also in b',
    ]);
  });
});

describe('decisionWords', () => {
  it('never shows an unknown decision as a yes', () => {
    expect(decisionWords('authorized')[0]).toBe('good');
    expect(decisionWords('conditional')).toEqual(['bad', 'No: conditional']);
    expect(decisionWords('toString')[0]).toBe('bad');
  });
});

describe('knownRoles', () => {
  it('lists the roles of services, routes and the user once, in order', () => {
    const services = [
      { requiredRole: 'orders', routes: [route({ anyOf: ['orders:write', 'admin'] })] },
      { requiredRole: null, routes: [] },
    ] as unknown as ServiceView[];
    expect(knownRoles(services, ['admin', 'billing'])).toEqual([
      'admin',
      'billing',
      'orders',
      'orders:write',
    ]);
  });
});
