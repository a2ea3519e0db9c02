import { SessionDataExistsError } from '../errors/session-data-exists.error.js';
import { SessionException } from '../errors/session-exception.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { SessionOptions } from '../options/session.options.js';
import type { SessionManager } from '../issuer/session.manager.js';
import type { Session } from '../session/session.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { SessionCounters } from '../store/session-counters.js';
import { managerOf } from '../../test-support/manager-of.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { eachRow } from '../../../../tools/testing/each-row.js';
import type { AnyAttributes } from '../common/test-support/any-attributes.js';
import { Sessions } from './sessions.js';

describe('a write-once attribute', () => {
  let store: MemorySessionStore;
  let manager: SessionManager;
  let orders: AnyAttributes;
  let products: AnyAttributes;
  let session: Session;

  beforeEach(async () => {
    store = new MemorySessionStore();
    manager = managerOf(store, { services: ['orders', 'products'] });
    [orders, products] = [serviceNamed('orders'), serviceNamed('products')];
    session = await signIn();
  });

  function serviceNamed(service?: string): AnyAttributes {
    return new Sessions(store, new SessionOptions({ store, service }), new SessionCounters());
  }

  const signIn = async () =>
    (await manager.create({ user: { id: 'u-1', username: 'ada' }, roles: [] })).session;

  it('is readable by other services, and separate for each service', async () => {
    await orders.add(session, 'coupon', { code: 'SPRING' });
    await products.add(session, 'coupon', ['other']);

    for (const reader of [orders, products]) {
      expect(await reader.read(session, 'orders')).toEqual({ coupon: { code: 'SPRING' } });
      expect(await reader.read(session, 'products')).toEqual({ coupon: ['other'] });
      expect(await reader.read(session, 'nobody')).toEqual({});
    }
  });

  it('keeps its value, and rejects a second write', async () => {
    await orders.add(session, 'coupon', 'SPRING');

    for (const value of ['SPRING', 'AUTUMN']) {
      const refused = orders.add(session, 'coupon', value);
      await expect(refused).rejects.toThrow(SessionDataExistsError);
      await expect(refused).rejects.toMatchObject({ code: 'ERR_SESSION_DATA_EXISTS' });
    }
    expect(await products.read(session, 'orders')).toEqual({ coupon: 'SPRING' });
  });

  it('belongs to one session only', async () => {
    await orders.add(session, 'coupon', 'SPRING');

    expect(await orders.read(await signIn(), 'orders')).toEqual({});
  });

  it('survives a role change', async () => {
    await orders.add(session, 'coupon', 'SPRING');

    await manager.setRoles('u-1', ['new']);

    expect(await orders.read(session, 'orders')).toEqual({ coupon: 'SPRING' });
  });

  it('is rejected with 401 when the session ends between the guard and the write', async () => {
    await manager.revoke(session.id);

    const late = orders.add(session, 'coupon', 1);

    await expect(late).rejects.toThrow(SessionException);
    await expect(late).rejects.toMatchObject({ code: 'ERR_SESSION_REQUIRED', status: 401 });
  });

  it('is rejected in a service without a name', async () => {
    const refused = serviceNamed().add(session, 'coupon', 1);

    await expect(refused).rejects.toThrow(SessionOptionsError);
  });

  it('is rejected with an invalid name or value', async () => {
    const rows: [what: string, name: string, value: unknown][] = [
      ['an empty name', '', 1],
      ['a name with a space', 'a b', 1],
      ['a name of 65 characters', 'n'.repeat(65), 1],
      ['a value that JSON cannot hold', 'n', undefined],
      ['a value that is too long', 'n', 'x'.repeat(4_095)],
    ];
    await eachRow(
      rows,
      async ([, name, value]) => {
        await expect(orders.add(session, name, value)).rejects.toThrow(RangeError);
        expect(await orders.read(session, 'orders')).toEqual({});
      },
      ([what]) => what,
    );
  });

  it('may have a name and a value of the maximum length', async () => {
    await orders.add(session, 'n'.repeat(64), 'x'.repeat(4_094));

    expect(await orders.read(session, 'orders')).toEqual({ ['n'.repeat(64)]: 'x'.repeat(4_094) });
  });
});

describe('the types of write-once attributes', () => {
  it('restrict names and values to what each service declares', () => {
    const compiles = async (sessions: Sessions<'orders'>) => {
      const session = sampleSession();
      await sessions.add(session, 'coupon', { code: 'SPRING', percent: 10 });
      // @ts-expect-error -- orders declares no such name
      await sessions.add(session, 'cupon', { code: 'SPRING', percent: 10 });
      // @ts-expect-error -- not what orders declares
      await sessions.add(session, 'coupon', 'SPRING');
      // @ts-expect-error -- no such service
      await sessions.read(session, 'odrers');
      const { coupon } = await sessions.read(session, 'orders');
      return coupon?.percent;
    };

    expect(compiles).toBeDefined();
  });
});
