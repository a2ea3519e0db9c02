import { eachRow } from '../../../../tools/testing/each-row.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { decodeSession } from '../session/session-record.js';
import { fieldsOf, sampleSession } from '../../test-support/sample-session.js';
import { SessionIntrospection } from './session-introspection.js';

describe('SessionIntrospection', () => {
  const session = sampleSession();
  const { id } = session;
  let store: MemorySessionStore;
  let introspection: SessionIntrospection;

  beforeEach(async () => {
    store = new MemorySessionStore();
    introspection = new SessionIntrospection(store);
    await store.insert(session);
  });

  it('returns the whole record', async () => {
    const { session: record } = await introspection.introspect({ id });

    expect(fieldsOf(decodeSession(id, record ?? ''))).toEqual(fieldsOf(session));
  });

  const withoutId = (): [what: string, request: unknown][] => [
    ['nothing', undefined],
    ['null', null],
    ['text', id],
    ['no id', {}],
    ['a number', { id: 5 }],
    ['a list', { id: [id] }],
    ['what is no id', { id: `${id}}` }],
    ['a second spelling', { id: `${id.slice(0, -1)}=` }],
    ['the id of another user', Object.create({ id }) as object],
  ];

  it('returns nothing without a valid ID, and does not query the store', async () => {
    const asked = ['find', 'touch', 'add', 'attributes'].map((it) =>
      jest.spyOn(store, it as 'find'),
    );
    await eachRow(
      withoutId(),
      async ([, request]) => {
        const attribute = { ...Object(request), name: 'coupon', value: '1' } as object;

        expect(await introspection.introspect(request)).toEqual({});
        expect(await introspection.touch(request)).toEqual({ live: false });
        expect(await introspection.add(attribute, 'orders')).toEqual({ outcome: 'gone' });
        expect(await introspection.attributes(request)).toEqual({ additions: [] });
        for (const spy of asked) expect(spy).not.toHaveBeenCalled();
      },
      ([what]) => what,
    );
  });

  it('adds attributes under the name of the caller, whatever the request says', async () => {
    const request = { id, name: 'coupon', value: '"SPRING"', service: 'products' };

    expect(await introspection.add(request, 'orders')).toEqual({ outcome: 'added' });
    expect(await introspection.add(request, 'orders')).toEqual({ outcome: 'taken' });

    expect(await introspection.attributes({ id, service: 'orders' })).toEqual({
      additions: [{ name: 'coupon', value: '"SPRING"' }],
    });
    expect(await introspection.attributes({ id, service: 'products' })).toEqual({ additions: [] });
  });

  it('rejects an attribute from a caller whose name would form another key', async () => {
    const request = { id, name: 'coupon', value: '1' };

    await expect(introspection.add(request, 'a:b')).rejects.toMatchObject({
      code: 'ERR_SESSION_ROLE_REQUIRED',
    });
    expect(await introspection.attributes({ id, service: 'a:b' })).toEqual({ additions: [] });
  });

  const invalidAttributes: [what: string, attribute: object][] = [
    ['a name with other characters', { name: 'a b', value: '1' }],
    ['a long name', { name: 'a'.repeat(65), value: '1' }],
    ['a name that is no text', { name: ['a'], value: '1' }],
    ['a value that is not JSON', { name: 'a', value: '{' }],
    ['a value that is no text', { name: 'a', value: 1 }],
    ['a large value', { name: 'a', value: JSON.stringify('x'.repeat(4_096)) }],
  ];

  it('adds nothing with an invalid name or value', () =>
    eachRow(
      invalidAttributes,
      async ([, attribute]) => {
        expect(await introspection.add({ id, ...attribute }, 'orders')).toEqual({
          outcome: 'gone',
        });
        expect(await introspection.attributes({ id, service: 'orders' })).toEqual({
          additions: [],
        });
      },
      ([what]) => what,
    ));
});
