import { fieldsOf, sampleSession } from '../../test-support/sample-session.js';
import { Session } from './session.js';

describe('a session', () => {
  it('has a role only by its exact name', () => {
    const session = sampleSession({ roles: ['orders', 'orders:write'] });

    expect(session.hasRole('orders')).toBe(true);
    for (const role of [
      'Orders',
      'orders ',
      ' orders',
      'order',
      'orders:',
      '',
      '*',
      'hasOwnProperty',
    ]) {
      expect(session.hasRole(role)).toBe(false);
    }
  });

  it('has one of several roles, or none of them', () => {
    const session = sampleSession({ roles: ['orders'] });

    expect(session.hasAnyRole(['products', 'orders'])).toBe(true);
    expect(session.hasAnyRole(['products'])).toBe(false);
    expect(session.hasAnyRole([])).toBe(false);
  });

  it('cannot be changed', () => {
    const session = sampleSession({ data: { locale: 'de' } });
    const writable = session as unknown as Record<string, Record<string, unknown>>;

    expect(() => (writable.roles as unknown as string[]).push('admin')).toThrow(TypeError);
    expect(() => (writable.user = {})).toThrow(TypeError);
    expect(() => ((writable.user as { id: string }).id = 'u-2')).toThrow(TypeError);
    expect(() => ((writable.data as { locale: string }).locale = 'en')).toThrow(TypeError);
    expect(() => (writable.extra = {})).toThrow(TypeError);
    expect(session.hasRole('admin')).toBe(false);
  });

  it('cannot be changed deep within its data', () => {
    const session = sampleSession({ data: { settings: { theme: 'dark' } } });
    const { settings } = session.data as { settings: { theme: string } };

    expect(() => (settings.theme = 'light')).toThrow(TypeError);
  });

  it('cannot be changed within the lists of its data', () => {
    const session = sampleSession({ data: { carts: [{ items: ['tea'] }] } });
    const { carts } = session.data as { carts: { items: string[] }[] };

    expect(carts).toEqual([{ items: ['tea'] }]);
    expect(Array.isArray(carts[0]?.items)).toBe(true);
    expect(() => carts.push({ items: [] })).toThrow(TypeError);
    expect(() => carts[0]?.items.push('milk')).toThrow(TypeError);
  });

  it('does not change with the data that it was created from', () => {
    const data = { settings: { theme: 'dark' }, list: [{ theme: 'dark' }] };
    const session = sampleSession({ data });

    data.settings.theme = 'light';
    data.list.push({ theme: 'light' });

    expect(session.data).toEqual({ settings: { theme: 'dark' }, list: [{ theme: 'dark' }] });
  });

  it('treats a prototype name in its data like any other name', () => {
    const data = JSON.parse('{"__proto__":{"admin":true},"toJSON":"text"}') as object;

    const session = sampleSession({ data: { given: data } });

    const { given } = session.data as { given: object };
    expect(Object.keys(given)).toEqual(['__proto__', 'toJSON']);
    expect((given as { admin?: boolean }).admin).toBeUndefined();
  });

  it('keeps null, undefined, numbers and booleans in its data unchanged', () => {
    const data = { none: null, count: 1, flag: false, missing: undefined };

    expect(sampleSession({ data }).data).toEqual(data);
  });

  it('has data of 500 levels at most', () => {
    const nested = (levels: number): object =>
      levels === 1 ? { end: 1 } : { inner: nested(levels - 1) };

    expect(() => sampleSession({ data: nested(500) })).not.toThrow();
    expect(() => sampleSession({ data: nested(501) })).toThrow(
      new RangeError(
        'The data of a session is nested deeper than 500 levels. Flatten it, or keep it elsewhere.',
      ),
    );
    expect(() => sampleSession({ data: { list: [nested(498)] } })).not.toThrow();
    expect(() => sampleSession({ data: { list: [nested(499)] } })).toThrow(RangeError);
  });

  it('has no successor or predecessor by default', () => {
    expect(sampleSession()).toMatchObject({ supersededBy: null, supersedes: null });
    const session = sampleSession({ supersededBy: 'later', supersedes: 'earlier' });
    expect(session).toMatchObject({ supersededBy: 'later', supersedes: 'earlier' });
  });

  it('keeps a date in its data in its JSON form', () => {
    const data = { seenAt: new Date(0) };

    expect(JSON.parse(JSON.stringify(sampleSession({ data }).data))).toEqual({
      seenAt: '1970-01-01T00:00:00.000Z',
    });
  });

  it('does not change with the list of roles that it was created from', () => {
    const roles = ['orders'];
    const session = sampleSession({ roles });

    roles.push('admin');

    expect(session.roles).toEqual(['orders']);
    expect(session.hasRole('admin')).toBe(false);
  });

  it('passes on its own roles, not the list that it was created from', () => {
    const roles = ['orders'];
    const session = sampleSession({ roles });

    roles.push('admin');

    expect(session.with({ ip: null }).roles).toEqual(['orders']);
  });

  it('returns a changed copy, and stays unchanged itself', () => {
    const session = sampleSession();
    const before = fieldsOf(session);

    const changed = session.with({ roles: ['admin'] });

    expect(changed).toBeInstanceOf(Session);
    expect(fieldsOf(changed)).toEqual({ ...before, roles: ['admin'] });
    expect(changed.hasRole('admin')).toBe(true);
    expect(fieldsOf(session)).toEqual(before);
  });

  it('keeps a frozen copy of all fields of its user', () => {
    const user = { id: 'u-1', username: 'ada', teams: ['red'] };
    const session = sampleSession({ user });

    user.teams.push('blue');

    const { teams } = session.user as typeof user;
    expect(session.user).toEqual({ id: 'u-1', username: 'ada', teams: ['red'] });
    expect(() => teams.push('blue')).toThrow(TypeError);
  });
});
