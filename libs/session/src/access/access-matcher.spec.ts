import { eachRow } from '../../../../tools/testing/each-row.js';
import type { AccessCatalogue, AccessRoute } from './access-catalogue.js';
import { AccessMatcher } from './access-matcher.js';
import { allows } from './test-support/allows.js';
import { sessionWith } from './test-support/session-with.js';

const route = (path: string, anyOf: string[] = [], more: Partial<AccessRoute> = {}) => ({
  method: 'GET',
  path,
  anyOf,
  isPublic: false,
  isFresh: false,
  isConditional: false,
  ...more,
});

const catalogueOf = (
  routes: readonly AccessRoute[],
  more: Partial<AccessCatalogue> = {},
): AccessCatalogue => ({ service: 'sample', router: 'express', routes, ...more });

function matchOf(matcher: AccessMatcher, method: string, path: string) {
  const found = matcher.find(method, path);
  if (found === null || found === 'unclear') throw new Error(`${path} is refused: ${found}`);
  return found;
}

describe('a match', () => {
  it('requires the role of the service and one role of the route', () => {
    const catalogue = catalogueOf([route('/a', ['x', 'y'])], { requiredRole: 'sample' });
    const match = matchOf(new AccessMatcher(catalogue), 'GET', '/a');
    expect(allows(match, sessionWith('sample', 'x'), 'sample')).toBe(true);
    expect(allows(match, sessionWith('sample', 'y'), 'sample')).toBe(true);
    expect(allows(match, sessionWith('sample'), 'sample')).toBe(false);
    expect(allows(match, sessionWith('x', 'y'), 'sample')).toBe(false);
  });

  it('authorizes every session when no role is required', () => {
    const match = matchOf(new AccessMatcher(catalogueOf([route('/a')])), 'GET', '/a');
    expect([match.isPublic, allows(match, sessionWith())]).toEqual([false, true]);
  });

  it('requires no service role on a public route', () => {
    const catalogue = catalogueOf([route('/a', [], { isPublic: true })], { requiredRole: 'x' });
    const match = matchOf(new AccessMatcher(catalogue), 'GET', '/a');
    expect([match.isPublic, allows(match, sessionWith(), 'x')]).toEqual([true, true]);
  });

  it('combines the requirements of all handlers that a header selects from', () => {
    const conditional = { isConditional: true, version: ['1'] };
    const matcher = new AccessMatcher(
      catalogueOf([
        route('/a', ['x'], conditional),
        route('/a', [], { isPublic: true, isConditional: true }),
        route('/a', [], { isConditional: true, isFresh: true, maxAge: 300_000 }),
        route('/a', ['y'], { isFresh: true, maxAge: 600_000 }),
        route('/a', ['never'], {}),
      ]),
    );
    const match = matchOf(matcher, 'GET', '/a');
    expect([match.isPublic, match.skipsCache, match.maxSignInAge]).toEqual([false, true, 300_000]);
    expect(allows(match, sessionWith('x'))).toBe(false);
    expect(allows(match, sessionWith('y'))).toBe(false);
    expect(allows(match, sessionWith('x', 'y'))).toBe(true);
  });

  it('is public when all handlers that a header selects from are public', () => {
    const open = { isPublic: true };
    const both = [route('/a', [], { ...open, isConditional: true }), route('/a', [], open)];
    expect(matchOf(new AccessMatcher(catalogueOf(both)), 'GET', '/a').isPublic).toBe(true);
  });
});

describe('a request method', () => {
  const matcher = new AccessMatcher(catalogueOf([route('/a'), route('/b', [], { method: 'ALL' })]));

  it('is rejected unless it is an HTTP method', () =>
    eachRow(['get', 'ALL', 'Get', '', 'NONE', 'GET '], (method) => {
      expect(matcher.find(method, '/a')).toBeNull();
      expect(matcher.find(method, '/b')).toBeNull();
    }));

  it('matches GET routes if it is HEAD, but not if it is OPTIONS', () => {
    expect(matcher.find('HEAD', '/a')).not.toBeNull();
    expect(matcher.find('OPTIONS', '/a')).toBeNull();
    expect(matcher.find('OPTIONS', '/b')).not.toBeNull();
  });
});

describe('a path in another letter case', () => {
  it('is rejected, because Express might run another route', () => {
    const routes = [route('/Users', ['admin']), route('/users', [], { isPublic: true })];
    const matcher = new AccessMatcher(catalogueOf(routes));
    expect(matcher.find('GET', '/users')).toBe('unclear');
    expect(matchOf(matcher, 'GET', '/Users').isPublic).toBe(false);
  });
});

describe('the cost of a look-up', () => {
  const kinds: [kind: string, pathOf: (n: number) => string][] = [
    ['texts', (n) => `/items/kind-${n}/more`],
    ['parameters', (n) => `/items/:id/part-${n}`],
    ['texts before a parameter', (n) => `/items/${String(n).padStart(6, 'p')}:id`],
    ['texts behind a parameter', (n) => `/items/:id.${String(n).padStart(6, 's')}`],
    ['wildcards', (n) => `/${n}/*rest`],
    ['patterns that are not understood', (n) => `/items/${n}/:a-:b`],
    ['one pattern again and again', () => '/items/:id/:other'],
  ];
  const asked = ['/items/1', '/items/kind-7/more', '/items/1/part-7', '/items/pppppp7x', '/7/x/y'];

  it('does not grow with the number of routes', () =>
    eachRow(
      kinds,
      ([, pathOf]) => {
        const visits = [10, 1_000].map((count) => {
          const routes = Array.from({ length: count }, (_, n) => route(pathOf(n)));
          const matcher = new AccessMatcher(catalogueOf([route('/items/:id'), ...routes]));
          for (const path of asked) matcher.find('GET', path);
          return matcher.visits;
        });
        expect(visits[0]).toBeGreaterThan(0);
        expect(visits[1]).toBe(visits[0]);
      },
      ([kind]) => kind,
    ));
});
