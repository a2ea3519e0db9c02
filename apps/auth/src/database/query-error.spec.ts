import { DrizzleQueryError } from 'drizzle-orm/errors';
import { DatabaseError } from 'pg';
import { eachRow } from '../../../../tools/testing/each-row';
import { DatabaseUnavailableError } from './database-unavailable.error';
import { queryError } from './query-error';

function failedWith(code: string): unknown {
  const cause = Object.assign(new DatabaseError('refused', 0, 'error'), { code });
  return queryError(new DrizzleQueryError('insert', ['a hash'], cause));
}

describe('a PostgreSQL error', () => {
  const unavailable: [state: string, meaning: string][] = [
    ['08006', 'the connection was lost'],
    ['25006', 'it takes no changes'],
    ['28P01', 'the password was changed'],
    ['3D000', 'the database is gone'],
    ['40P01', 'two transactions wait for each other'],
    ['53100', 'the disk is full'],
    ['53200', 'the memory is full'],
    ['53300', 'there are too many connections'],
    ['53400', 'a limit is reached'],
    ['55P03', 'a row is locked'],
    ['57014', 'a statement took too long'],
    ['57P03', 'it is starting'],
    ['58030', 'its disk fails'],
  ];

  it('becomes DatabaseUnavailableError when the same query may succeed later', () =>
    eachRow(unavailable, ([state]) => {
      expect(failedWith(state)).toBeInstanceOf(DatabaseUnavailableError);
    }));

  it('stays a DatabaseError when the query can never succeed', () =>
    eachRow(['22P02', '23505', '42601', '42P01', 'XX001'], (state) => {
      expect(failedWith(state)).toMatchObject({ code: state });
      expect(failedWith(state)).toBeInstanceOf(DatabaseError);
    }));
});
