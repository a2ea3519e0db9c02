import { fieldsOf, sampleSession } from '../testing/sample-session';
import { decodeSession, encodeSession } from './session-record';

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

  it('is the same text for the same session, read and written again', () => {
    const session = sampleSession({ data: { b: 1, a: 2 } });
    const record = encodeSession(session);
    const again = decodeSession(session.id, record);

    expect(again && encodeSession(again)).toBe(record);
  });

  it('keeps no field of a user beside id and name', () => {
    const user = { id: 'u-1', username: 'ada', passwordHash: '$2b$12$' };

    expect(encodeSession(sampleSession({ user }))).not.toContain('passwordHash');
  });

  it('says where a session goes on, and where it came from, only of one that does', () => {
    const session = sampleSession({ supersededBy: 'later', supersedes: 'earlier' });
    const record = encodeSession(session);

    expect(JSON.parse(record)).toMatchObject({ supersededBy: 'later', supersedes: 'earlier' });
    expect(fieldsOf(decodeSession(session.id, record))).toEqual(fieldsOf(session));
    expect(decodeSession(session.id, record.replace('"later"', '""'))).toBeNull();
    expect(decodeSession(session.id, record.replace('"later"', 'false'))).toBeNull();
  });

  it('belongs to the session that it names, and to no other', () => {
    const session = sampleSession();

    expect(decodeSession(sampleSession().id, encodeSession(session))).toBeNull();
    expect(decodeSession(session.id.toLowerCase(), encodeSession(session))).toBeNull();
  });

  it('may have fields that are not known yet', () => {
    const session = sampleSession();
    const record = JSON.stringify({ ...(JSON.parse(encodeSession(session)) as object), region: 1 });

    expect(fieldsOf(decodeSession(session.id, record))).toEqual(fieldsOf(session));
  });

  it('takes nothing from a prototype, neither its own nor anybody else’s', () => {
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
});
