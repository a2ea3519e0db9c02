import fc from 'fast-check';
import { fuzzed } from '../../../../tools/testing/fuzzed.js';
import { hostileJson, jsonObject, sessionFields } from '../../test-support/fuzzed-records.js';
import { fieldsOf } from '../../test-support/sample-session.js';
import { Session } from './session.js';
import { decodeSession, encodeSession } from './session-record.js';

const session = sessionFields.map((fields) => new Session(fields));
const ROLES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '0', 'admin'];

const untouched = prototypes();

/** Properties of the prototypes; a polluted prototype has more. */
function prototypes(): unknown[] {
  return [Object.prototype, Array.prototype, Session.prototype].map((it) =>
    Reflect.ownKeys(it).map((key) => [key, Object.getOwnPropertyDescriptor(it, key)]),
  );
}

afterEach(() => {
  expect(prototypes()).toEqual(untouched);
});

/** Expects a valid, frozen session with the values of its record. */
function expectProper(session: Session, record: string): void {
  const written = JSON.parse(record) as { roles: string[]; user: object };
  expect(session).toBeInstanceOf(Session);
  expect(isFrozen(session)).toBe(true);
  expect(session.roles).toEqual(written.roles);
  expect(session.roles.every((role) => typeof role === 'string')).toBe(true);
  expect(JSON.stringify(session.user)).toBe(JSON.stringify(written.user));
  expect(Object.getPrototypeOf(session.user)).toBe(Object.prototype);
  for (const role of ROLES) expect(session.hasRole(role)).toBe(written.roles.includes(role));
  const times = [session.createdAt, session.authenticatedAt, session.absoluteExpiresAt];
  for (const time of [...times, session.idleTimeout]) {
    expect(Number.isSafeInteger(time) && time > 0).toBe(true);
  }
  // Every service can write an accepted session again, without changing it.
  const again = encodeSession(session.with({}));
  const read = decodeSession(session.id, again);
  expect(read && encodeSession(read)).toBe(again);
}

function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}

describe('the codec of session records', () => {
  it('rejects data that could not be read again', () => {
    fc.assert(
      fc.property(sessionFields, fc.nat(2_000), (fields, levels) => {
        const deep = Array.from({ length: levels }).reduce<unknown>((inner) => [inner], 1);
        let written: Session;
        try {
          written = new Session({ ...fields, data: { deep } });
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        expect(decodeSession(written.id, encodeSession(written))).not.toBeNull();
      }),
      fuzzed(40),
    );
  });

  it('reads a session as it was written', () => {
    fc.assert(
      fc.property(session, (written) => {
        const record = encodeSession(written);
        const read = decodeSession(written.id, record);
        expect(read && encodeSession(read)).toBe(record);
        if (read) expectProper(read, record);
      }),
      fuzzed(150),
    );
  });

  it('reads a changed record as a valid session or not at all', () => {
    const changed = fc.record({
      written: session,
      change: fc.constantFrom('replace', 'drop', 'add', 'repeat'),
      field: fc.constantFrom(
        ...['v', 'id', 'user', 'roles', 'createdAt', 'authenticatedAt', 'abs', 'idle', 'ua', 'ip'],
        ...['data', '__proto__', 'constructor', 'toJSON', 'with', 'length', 'hasRole'],
      ),
      value: hostileJson,
    });
    let sessions = 0;
    fc.assert(
      fc.property(changed, ({ written, change, field, value }) => {
        const record = jsonObject(changeOf(encodeSession(written), change, field, value));
        const read = decodeSession(written.id, record);
        if (read === null) return;
        sessions += 1;
        expectProper(read, record);
      }),
      fuzzed(120),
    );
    // Some changed records must still be sessions, or the property checks nothing.
    expect(sessions).toBeGreaterThan(0);
  });

  it('ignores an unknown field, and writes it again', () => {
    const more = fc.string().filter((name) => !KNOWN.has(name));
    fc.assert(
      fc.property(session, more, hostileJson, (written, name, value) => {
        // A value that is too deep to be written again is malformed in any field.
        fc.pre(!isDeep(value));
        const record = jsonObject([...fieldsIn(encodeSession(written)), [name, value]]);
        const read = decodeSession(written.id, record);
        expect(fieldsOf(read)).toEqual(fieldsOf(decodeSession(written.id, encodeSession(written))));
        const again = JSON.parse(read ? encodeSession(read) : 'null') as object;
        const found: unknown = Object.getOwnPropertyDescriptor(again, name)?.value;
        expect(JSON.stringify(found)).toBe(JSON.stringify(JSON.parse(value)));
      }),
      fuzzed(150),
    );
  });

  it('rejects a user, roles or times of the wrong type', () => {
    const required = fc.constantFrom(
      'user',
      'roles',
      'createdAt',
      'authenticatedAt',
      'abs',
      'idle',
    );
    const wrong = fc.constantFrom(
      ...['null', '"1"', '-1', '-0', '0', '0.5', '1e400', '9007199254740992', 'true', '{}', '[1]'],
      ...['[null]', '[["admin"]]', '{"0":"admin","length":1}', '{"__proto__":{"id":"x"}}'],
    );
    fc.assert(
      fc.property(session, required, wrong, (written, field, value) => {
        const record = jsonObject(changeOf(encodeSession(written), 'replace', field, value));
        expect(decodeSession(written.id, record)).toBeNull();
      }),
      fuzzed(400),
    );
  });

  it('reads only version 1, however the number is written', () => {
    const version = fc.constantFrom(
      '1',
      '1.0',
      '10e-1',
      '2',
      '"1"',
      '[1]',
      '1.5',
      'true',
      'null',
      '{}',
    );
    fc.assert(
      fc.property(session, version, (written, value) => {
        const record = jsonObject(changeOf(encodeSession(written), 'replace', 'v', value));
        expect(decodeSession(written.id, record) !== null).toBe(JSON.parse(value) === 1);
      }),
      fuzzed(400),
    );
  });

  it('reads no session from text that is not a record', () => {
    const anything = fc.oneof(hostileJson, fc.json(), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(
        fc.oneof(
          session.map(({ id }) => id),
          fc.string(),
        ),
        anything,
        (id, text) => {
          expect(decodeSession(id, text)).toBeNull();
        },
      ),
      fuzzed(300),
    );
  });

  it('reads no session from a part of a record', () => {
    fc.assert(
      fc.property(session, fc.nat(2_000), (written, length) => {
        const record = encodeSession(written);
        fc.pre(length < record.length);
        expect(decodeSession(written.id, record.slice(0, length))).toBeNull();
        expect(decodeSession(written.id, record.slice(record.length - length))).toBeNull();
      }),
      fuzzed(250),
    );
  });
});

const KNOWN: ReadonlySet<string> = new Set([
  'v',
  'id',
  'user',
  'roles',
  'createdAt',
  'authenticatedAt',
  'abs',
  'idle',
  'ua',
  'ip',
  'data',
]);

/** Fields of a record in order, each with the JSON of its value. */
function fieldsIn(record: string): [name: string, json: string][] {
  return Object.entries(JSON.parse(record) as object).map(([name, value]) => [
    name,
    JSON.stringify(value),
  ]);
}

function changeOf(record: string, change: string, field: string, json: string): [string, string][] {
  const fields = fieldsIn(record);
  switch (change) {
    case 'drop':
      return fields.filter(([name]) => name !== field);
    case 'replace':
      return fields.map(([name, it]) => [name, name === field ? json : it]);
    case 'repeat':
      return [[field, json], ...fields];
    default:
      return [...fields, [field, json]];
  }
}

function isDeep(json: string): boolean {
  let level = 0;
  for (const character of json) {
    if ('[{'.includes(character)) level += 1;
    if (']}'.includes(character)) level -= 1;
    if (level > 400) return true;
  }
  return false;
}
