import { sampleSession } from '../../../test-support/sample-session.js';
import type { Session } from '../session.js';
import { encodeSession } from '../session-record.js';

type Fields = Record<string, unknown>;

/** Changes fields of an otherwise valid record. */
export function withFields(changes: Fields): (session: Session) => string {
  return (session) =>
    JSON.stringify({ ...(JSON.parse(encodeSession(session)) as Fields), ...changes });
}

function without(field: string): (session: Session) => string {
  return withFields({ [field]: undefined });
}

/** Values that are not a record of the given session, each with the function that creates it. */
export const malformedRecords: readonly (readonly [
  what: string,
  record: (session: Session) => string,
])[] = [
  ['nothing', () => ''],
  ['broken JSON', (session) => encodeSession(session).slice(0, -1)],
  ['text', () => 'session'],
  ['null', () => 'null'],
  ['a number', () => '1'],
  ['a list', (session) => `[${encodeSession(session)}]`],
  ['a string that holds a record', (session) => JSON.stringify(encodeSession(session))],
  ['two records', (session) => encodeSession(session).repeat(2)],
  ['eight megabytes of something else', () => 'x'.repeat(8_000_000)],
  ['a hundred thousand brackets', () => '['.repeat(100_000)],
  ['no version', without('v')],
  ['a later version', withFields({ v: 2 })],
  ['an earlier version', withFields({ v: 0 })],
  ['a version as text', withFields({ v: '1' })],
  ['the record of another session', () => encodeSession(sampleSession())],
  ['an id that is a list of the id', (session) => withFields({ id: [session.id] })(session)],
  ['no user', without('user')],
  ['null for a user', withFields({ user: null })],
  ['a list for a user', withFields({ user: ['u-1', 'ada'] })],
  ['a user without an id', withFields({ user: { username: 'ada' } })],
  ['a user with an empty id', withFields({ user: { id: '', username: 'ada' } })],
  ['a user whose id is a number', withFields({ user: { id: 1, username: 'ada' } })],
  ['a user without a name', withFields({ user: { id: 'u-1' } })],
  ['no roles', without('roles')],
  ['roles as text', withFields({ roles: 'admin' })],
  ['roles as an object', withFields({ roles: { admin: true, length: 1 } })],
  ['a role that is a number', withFields({ roles: ['orders', 1] })],
  ['a role that is null', withFields({ roles: [null] })],
  ['a role that is a list', withFields({ roles: [['admin']] })],
  ['no creation time', without('createdAt')],
  ['no time of authentication', without('authenticatedAt')],
  ['no absolute timeout', without('abs')],
  ['an absolute timeout as text', withFields({ abs: '9999999999999' })],
  ['an absolute timeout beyond all numbers', withFields({ abs: 1e300 })],
  ['an absolute timeout of null', withFields({ abs: null })],
  ['no idle timeout', without('idle')],
  ['an idle timeout of zero', withFields({ idle: 0 })],
  ['a negative idle timeout', withFields({ idle: -1 })],
  ['half a millisecond', withFields({ idle: 0.5 })],
  ['no user agent', without('ua')],
  ['a user agent that is an object', withFields({ ua: {} })],
  ['no address', without('ip')],
  ['an address that is a number', withFields({ ip: 1 })],
  ['no data', without('data')],
  ['data that is a list', withFields({ data: [] })],
  ['data that is null', withFields({ data: null })],
  [
    'data nested a hundred thousand deep',
    (session) =>
      encodeSession(session).replace(
        '"data":{}',
        `"data":{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      ),
  ],
  ['everything in __proto__', (session) => `{"__proto__":${encodeSession(session)}}`],
];
