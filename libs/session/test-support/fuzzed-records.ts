import fc from 'fast-check';
import type { SessionFields } from '../src/session/session.js';

/** Text that JSON may hold, including lone surrogates, NUL and names of prototypes. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('\ud800', '\0', '__proto__', 'constructor', 'toString', 'admin', '\u2028'),
);
const time = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

const id = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('base64url'));

const name = text.filter((it) => it !== '');

/** Arbitrary user: id, name, and fields that an app may declare. */
const user = fc
  .tuple(
    fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
    fc.record({ id: name, username: name }),
  )
  .map(([more, known]) => {
    const fields = [...Object.entries(more), ...Object.entries(known)];
    return Object.fromEntries(fields) as unknown as SessionFields['user'];
  });

/** Arbitrary fields of a session. */
export const sessionFields: fc.Arbitrary<SessionFields> = fc.record({
  id,
  user,
  roles: fc.array(text, { maxLength: 5 }),
  createdAt: time,
  authenticatedAt: time,
  absoluteExpiresAt: time,
  idleTimeout: time,
  userAgent: fc.option(text),
  ip: fc.option(text),
  data: fc.dictionary(text, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 }),
});

/** Levels of nesting, above and below what `JSON.stringify` can take. */
const depth = fc.constantFrom(100, 490, 510, 3_000, 6_000, 20_000);

/** JSON that is meant to be mistaken for something else. */
export const hostileJson: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...['null', 'true', '0', '-0', '-1', '1.0', '1.5', '1e300', '1e400', '9007199254740993'],
      ...['""', '"1"', '[]', '[1]', '[null]', '["admin"]', '[["admin"]]', '{}'],
      ...['"\\ud800"', '"\\u0000"'],
      '{"__proto__":{"admin":true,"roles":["admin"]}}',
      '{"constructor":{"prototype":{"admin":true}}}',
      '{"toJSON":"x","toString":1,"valueOf":null}',
      '{"id":"x","username":"y","__proto__":null}',
      '{"0":"admin","length":1}',
      '{"id":"u-1","id":["u-2"],"username":"x"}',
    ),
  },
  // Rare, because one deep value costs as much as a hundred others.
  { weight: 1, arbitrary: depth.map(nestedLists) },
  { weight: 1, arbitrary: depth.map(nestedObjects) },
  { weight: 4, arbitrary: fc.json({ maxDepth: 3 }) },
);

function nestedLists(depth: number): string {
  return `{"x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
}

function nestedObjects(depth: number): string {
  return `${'{"x":'.repeat(depth)}1${'}'.repeat(depth)}`;
}

/** Returns a JSON object of these members, in this order; a name may occur twice. */
export function jsonObject(members: readonly (readonly [name: string, json: string])[]): string {
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}
