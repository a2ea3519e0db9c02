import { eachRow } from '../../../../../tools/testing/each-row';
import { pathOf, placeOf } from './route-path';

describe('placeOf', () => {
  it('finds the page below any base', () =>
    eachRow(
      [
        ['/sessions/', '/sessions', 'home', null],
        ['/sessions/', '/sessions/', 'home', null],
        ['/sessions/', '/sessions/health', 'health', null],
        ['/sessions/', '/sessions/health/', 'health', null],
        ['/api/v1/console/', '/api/v1/console/users', 'users', null],
        ['/', '/sessions', 'sessions', null],
        ['/sessions/', '/sessions/users/ada%2Flovelace', 'users', 'ada/lovelace'],
        ['/sessions/', '/sessions/users/%E0%A4%A', 'users', '%E0%A4%A'],
        ['/sessions/', '/sessions/unknown', 'missing', null],
        ['/sessions/', '/sessions/health/redis', 'missing', null],
        ['/sessions/', '/sessions/users/a/b', 'missing', null],
        ['/sessions/', '/elsewhere', 'missing', null],
      ] as const,
      ([base, path, page, name]) => {
        expect(placeOf(base, path)).toEqual({ page, name });
      },
    ));

  it('finds the place of every path that it makes', () => {
    const path = pathOf('/console/', 'users', 'a b/ü?#');
    expect(placeOf('/console/', path)).toEqual({ page: 'users', name: 'a b/ü?#' });
  });
});
