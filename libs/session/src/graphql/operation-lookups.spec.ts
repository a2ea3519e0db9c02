import { sampleSession } from '../../test-support/sample-session.js';
import type { Session } from '../session/session.js';
import type { FieldInfo } from '../source/graphql-field.js';
import { OperationLookups } from './operation-lookups.js';

const session = sampleSession();

/** Field of an execution, under a root field. */
function field(variableValues: object, operation = 'query', root = 'orders'): FieldInfo {
  return { variableValues, operation: { operation }, path: { key: 'id', prev: { key: root } } };
}

describe('the lookups of an operation', () => {
  const lookups = new OperationLookups();
  const find = jest.fn((): Promise<Session | null> => Promise.resolve(session));

  beforeEach(() => find.mockClear());

  it('are one for all fields of a query', async () => {
    const execution = {};
    const roots = ['orders', 'me', 'orders'];

    for (const root of roots) {
      expect(await lookups.find(field(execution, 'query', root), false, find)).toBe(session);
    }
    expect(find).toHaveBeenCalledTimes(1);
  });

  it('are one for each root field of a mutation', () => {
    const execution = {};
    for (const root of ['buy', 'buy', 'sell'])
      void lookups.find(field(execution, 'mutation', root), false, find);

    expect(find).toHaveBeenCalledTimes(2);
  });

  it('are one for each execution', () => {
    void lookups.find(field({}), false, find);
    void lookups.find(field({}), false, find);

    expect(find).toHaveBeenCalledTimes(2);
  });

  it('are repeated once for the fields that read past the caches', () => {
    const execution = {};
    for (const isFresh of [false, true, true, false])
      void lookups.find(field(execution), isFresh, find);

    expect(find).toHaveBeenCalledTimes(2);
  });

  it('are not shared without a known execution', () => {
    for (const info of [null, { path: { key: 'me' } }]) {
      void lookups.find(info, false, find);
      void lookups.find(info, false, find);
    }
    expect(find).toHaveBeenCalledTimes(4);
  });

  it('share that there is no session, and a failure', async () => {
    const [none, failing] = [{}, {}];
    const unknown = jest.fn(() => null);
    const failed = jest.fn(() => Promise.reject(new Error('away')));

    expect([1, 2].map(() => lookups.find(field(none), false, unknown))).toEqual([null, null]);
    for (let round = 0; round < 2; round += 1)
      await expect(lookups.find(field(failing), false, failed)).rejects.toThrow('away');

    expect([unknown.mock.calls.length, failed.mock.calls.length]).toEqual([1, 1]);
  });

  it('count as use once for each execution', () => {
    const execution = {};

    expect([1, 2].map(() => lookups.isFirstUse(field(execution)))).toEqual([true, false]);
    expect(lookups.isFirstUse(field({}))).toBe(true);
    expect(lookups.isFirstUse(null)).toBe(true);
  });
});
