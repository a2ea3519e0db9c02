import { eachRow } from '../../../../tools/testing/each-row.js';
import { fieldsOf, sampleSession } from '../../test-support/sample-session.js';
import { InvalidSessionError } from '../errors/invalid-session.error.js';
import { Session, type SessionFields } from './session.js';
import { decodeSession, encodeSession, requireReadable } from './session-record.js';

describe('a session record', () => {
  it('is read as it was written', () => {
    const session = sampleSession({ data: { nested: { list: [1, 'two', null] } } });

    expect(fieldsOf(decodeSession(session.id, encodeSession(session)))).toEqual(fieldsOf(session));
  });

  it('has the documented fields, and no others', () => {
    const session = sampleSession();

    expect(JSON.parse(encodeSession(session))).toEqual({
      v: 1,
      id: session.id,
      user: { id: 'u-1', username: 'ada' },
      roles: ['orders', 'orders:write'],
      createdAt: session.createdAt,
      authenticatedAt: session.authenticatedAt,
      abs: session.absoluteExpiresAt,
      idle: session.idleTimeout,
      ua: 'Browser/1.0',
      ip: '192.0.2.7',
      data: {},
    });
  });

  it('is unchanged text when it is read and written again', () => {
    const session = sampleSession({ data: { b: 1, a: 2 } });
    const record = encodeSession(session);
    const again = decodeSession(session.id, record);

    expect(again && encodeSession(again)).toBe(record);
  });

  it('keeps every field of its user, frozen at every depth', () => {
    const user = { id: 'u-1', username: 'ada', tenant: 'acme', address: { lines: ['1 Row'] } };
    const session = sampleSession({ user });

    const read = decodeSession(session.id, encodeSession(session));

    expect(read?.user).toEqual(user);
    const { address } = read?.user as typeof user;
    expect([read?.user, address, address.lines].every(Object.isFrozen)).toBe(true);
  });

  it('names the successor and predecessor of a rotated session', () => {
    const session = sampleSession({ supersededBy: 'later', supersedes: 'earlier' });
    const record = encodeSession(session);

    expect(JSON.parse(record)).toMatchObject({ supersededBy: 'later', supersedes: 'earlier' });
    expect(fieldsOf(decodeSession(session.id, record))).toEqual(fieldsOf(session));
    expect(decodeSession(session.id, record.replace('"later"', '""'))).toBeNull();
    expect(decodeSession(session.id, record.replace('"later"', 'false'))).toBeNull();
  });

  it('is read only as the session that it names', () => {
    const session = sampleSession();

    expect(decodeSession(sampleSession().id, encodeSession(session))).toBeNull();
    expect(decodeSession(session.id.toLowerCase(), encodeSession(session))).toBeNull();
  });

  it('is invalid when a field is missing or has the wrong type', async () => {
    const session = sampleSession();
    const record = JSON.parse(encodeSession(session)) as Record<string, unknown>;
    const wrong: Record<string, unknown[]> = {
      v: [undefined, null, 0, 2, '1', true],
      id: [undefined, null, 1, ['x']],
      user: [
        ...[undefined, null, 'u-1', [], {}],
        ...[{ id: 'u-1' }, { id: '', username: 'ada' }, { id: 1, username: 'ada' }],
        ...[{ username: 'ada' }, { id: 'u-1', username: '' }, { id: 'u-1', username: null }],
      ],
      roles: [undefined, null, 'orders', {}, { length: 0 }, [1], ['orders', null], [['orders']]],
      createdAt: [undefined, null, 0, -1, 0.5, '1', 2 ** 53, [1]],
      authenticatedAt: [undefined, null, 0, -1, 0.5, '1', 2 ** 53, [1]],
      abs: [undefined, null, 0, -1, 0.5, '1', 2 ** 53, [1]],
      idle: [undefined, null, 0, -1, 0.5, '1', 2 ** 53, [1]],
      ua: [undefined, 1, {}, ['x']],
      ip: [undefined, 1, {}, ['x']],
      data: [undefined, null, 'x', 1, []],
      supersededBy: [null, '', 1, {}, false],
      supersedes: [null, '', 1, {}, false],
    };
    const rows = Object.entries(wrong).flatMap(([field, values]) =>
      values.map((value) => [field, value] as const),
    );
    await eachRow(rows, ([field, value]) => {
      const text = JSON.stringify({ ...record, [field]: value });
      expect(decodeSession(session.id, text)).toBeNull();
    });
  });

  it('may have times of one millisecond, and no user agent, address or role', () => {
    const session = sampleSession({
      ...{ createdAt: 1, authenticatedAt: 1, absoluteExpiresAt: 1, idleTimeout: 1 },
      ...{ userAgent: null, ip: null, roles: [] },
    });

    expect(fieldsOf(decodeSession(session.id, encodeSession(session)))).toEqual(fieldsOf(session));
    const empty = sampleSession({ userAgent: '', ip: '' });
    expect(decodeSession(empty.id, encodeSession(empty))).toMatchObject({ userAgent: '', ip: '' });
  });

  it('is invalid when it is not an object or names no session', async () => {
    const named = { ...(JSON.parse(encodeSession(sampleSession())) as object), id: '' };
    const texts = ['', '{', 'null', '1', '"x"', '[]', '[{}]', '{}', JSON.stringify(named)];
    await eachRow(texts, (text) => {
      expect(decodeSession('', text)).toBeNull();
    });
  });

  it('is read as a session that is frozen at every depth', () => {
    const session = sampleSession({ data: { list: [{ theme: 'dark', none: null }] } });
    const read = decodeSession(session.id, encodeSession(session));
    const { list } = read?.data as { list: { theme: string }[] };

    expect(Object.isFrozen(read?.data)).toBe(true);
    expect(Object.isFrozen(list)).toBe(true);
    expect(Object.isFrozen(list[0])).toBe(true);
    expect(Object.isFrozen(read?.roles)).toBe(true);
  });

  it('is read with 500 levels of data, and is invalid with 501', () => {
    const session = sampleSession();
    const withLevels = (levels: number) => {
      const data = '{"x":'.repeat(levels - 1) + '{}' + '}'.repeat(levels - 1);
      return encodeSession(session).replace('"data":{}', `"data":${data}`);
    };

    expect(decodeSession(session.id, withLevels(500))).not.toBeNull();
    expect(decodeSession(session.id, withLevels(501))).toBeNull();
  });

  it('may have unknown fields', () => {
    const session = sampleSession();
    const record = JSON.stringify({ ...(JSON.parse(encodeSession(session)) as object), region: 1 });

    expect(fieldsOf(decodeSession(session.id, record))).toEqual(fieldsOf(session));
  });

  it('has a user that neither inherits from a prototype nor changes one', () => {
    const session = sampleSession({ roles: [] });
    const record = encodeSession(session).replace(
      '"username":"ada"',
      '"username":"ada","__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}',
    );

    const read = decodeSession(session.id, record);

    expect(Object.getPrototypeOf(read?.user)).toBe(Object.prototype);
    expect((read?.user as { admin?: boolean }).admin).toBeUndefined();
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    expect(read && encodeSession(read.with({ ip: '192.0.2.7' }))).toBe(record);
  });

  it('is read with 500 levels of user fields, and is invalid with 501', () => {
    const session = sampleSession();
    const withLevels = (levels: number) => {
      const nested = '{"x":'.repeat(levels - 2) + '{}' + '}'.repeat(levels - 2);
      return encodeSession(session).replace('"username"', `"more":${nested},"username"`);
    };

    expect(decodeSession(session.id, withLevels(500))).not.toBeNull();
    expect(decodeSession(session.id, withLevels(501))).toBeNull();
  });

  it('neither inherits from a prototype nor changes one', () => {
    const session = sampleSession({ roles: [] });
    const record = encodeSession(session).replace(
      '"data":{}',
      '"data":{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}',
    );

    const read = decodeSession(session.id, record);

    expect(read?.roles).toEqual([]);
    expect((read?.data as { admin?: boolean }).admin).toBeUndefined();
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    expect(read && encodeSession(read)).toBe(record);
  });

  it('keeps unknown fields of a later release when it is written again', () => {
    const rows: SessionFields[] = [
      sampleSession(),
      sampleSession({ supersededBy: 'later' }),
      sampleSession({ supersedes: 'earlier' }),
      sampleSession({ supersededBy: 'later', supersedes: 'earlier' }),
    ];
    for (const fields of rows) {
      const known = JSON.parse(encodeSession(new Session(fields))) as { user: object };
      for (const more of [
        { region: 'eu' },
        { user: { ...known.user, tenant: 7 } },
        { region: 'eu', user: { ...known.user, tenant: 7 } },
      ]) {
        const record = { ...known, ...more };
        const read = decodeSession(fields.id, JSON.stringify(record));
        const changed = read?.with({ roles: ['changed'] }) ?? null;

        expect(fieldsOf(read)).toEqual({ ...fieldsOf(new Session(fields)), user: record.user });
        expect(JSON.parse(changed ? encodeSession(changed) : '')).toEqual({
          ...record,
          roles: ['changed'],
        });
      }
    }
  });

  it('keeps every known field next to an unknown field', () => {
    const session = sampleSession();
    const record = { ...(JSON.parse(encodeSession(session)) as object), region: 'eu' };
    const read = decodeSession(session.id, JSON.stringify(record));

    expect(JSON.parse(read ? encodeSession(read) : '')).toEqual(record);
    expect(Object.keys(JSON.parse(read ? encodeSession(read) : '') as object).sort()).toEqual(
      Object.keys(record).sort(),
    );
  });
});

describe('the fields of a session', () => {
  const time = 'a whole number of milliseconds';
  const text = 'a non-empty string';
  const loop: Record<string, unknown> = {};
  loop.self = loop;

  const rows: [field: string, value: unknown, message: string][] = [
    ['id', '', `'id' must be ${text}.`],
    [
      'user',
      { id: 7, username: 'ada' },
      "'user' must be { id, username }, both non-empty strings: write String(id) for a number.",
    ],
    ['roles', [{ name: 'admin' }], "'roles' must be an array of strings."],
    ['createdAt', NaN, `'createdAt' must be ${time}.`],
    ['authenticatedAt', 0, `'authenticatedAt' must be ${time}.`],
    ['absoluteExpiresAt', 1.5, `'abs' must be ${time}.`],
    ['idleTimeout', -1, `'idle' must be ${time}.`],
    ['userAgent', 1, "'ua' must be a string or null."],
    ['ip', {}, "'ip' must be a string or null."],
    ['data', [], "'data' must be an object of JSON values."],
    ['data', new Date(0), "'data' must be an object of JSON values."],
    ['supersededBy', '', `'supersededBy' must be ${text}.`],
    ['supersedes', 1, `'supersedes' must be ${text}.`],
  ];

  it('are rejected, if invalid, with the name of the field and what it must be', () =>
    eachRow(rows, ([field, value, message]) => {
      const fields = { ...fieldsOf(sampleSession()), [field]: value } as SessionFields;
      const check = () => {
        requireReadable(fields);
      };
      expect(check).toThrow(InvalidSessionError);
      expect(check).toThrow(new RegExp(message.replaceAll(/[{}.()]/g, '\\$&')));
    }));

  it('are rejected when user or data cannot be written as JSON', () => {
    const { user } = sampleSession();
    for (const value of [loop, { big: 1n }]) {
      for (const [name, changed] of Object.entries({ user: { ...user, value }, data: value })) {
        const fields = {
          ...fieldsOf(sampleSession()),
          [name]: changed,
        } as unknown as SessionFields;
        expect(() => {
          requireReadable(fields);
        }).toThrow(`'${name}' cannot be written as JSON (TypeError`);
      }
    }
  });

  it('are accepted when valid, as every service reads them', () => {
    const at = new Date(0);
    const user = { id: 'u-1', username: 'ada', tenant: undefined, since: at };
    const session = sampleSession({ data: { at } });

    const readable = requireReadable(Object.assign({}, session, { user }));

    const since = at.toISOString();
    expect(readable.user).toEqual({ id: 'u-1', username: 'ada', since });
    expect(Object.keys(readable.user)).not.toContain('tenant');
    expect(readable.data).toEqual({ at: since });
    expect(requireReadable(session)).toEqual(fieldsOf(session));
  });
});
