import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { fuzzed } from '../../../../tools/testing/fuzzed.js';
import { isServiceName } from '../common/service-name.js';
import { hostileJson, jsonObject } from '../../test-support/fuzzed-records.js';
import { CallKeys } from './call.options.js';
import { contentOf, digestOf } from './call-content.js';
import { CallTokens } from './call-tokens.js';

const SECRET = 'a secret of orders that has 32 bytes or more';

const CONTENT = contentOf({ pattern: 'find', data: { id: 'tea' } });

const orders = new CallTokens('orders', new CallKeys({ secret: SECRET }));
const products = new CallTokens('products', new CallKeys({ secret: SECRET }));

type Members = readonly (readonly [name: string, json: string])[];

/** Returns a JWT of these parts, correctly signed with this secret. */
function signed(header: Members, claims: Members, secret: string): string {
  const parts = [header, claims].map((it) => Buffer.from(jsonObject(it)).toString('base64url'));
  const signature = createHmac('sha256', secret).update(parts.join('.')).digest('base64url');
  return [...parts, signature].join('.');
}

const properHeader: Members = [
  ['alg', '"HS256"'],
  ['typ', '"session-call+jwt"'],
];

function properClaims(): Members {
  const now = Math.floor(Date.now() / 1_000);
  return [
    ['iss', '"orders"'],
    ['aud', '"products"'],
    ['iat', String(now)],
    ['exp', String(now + 30)],
    ['jti', '"a-call"'],
    ['ref', '"a-session"'],
    ['call', '"find"'],
    ['body', JSON.stringify(digestOf(CONTENT))],
  ];
}

const changes = fc.array(
  fc.tuple(
    fc.constantFrom(
      ...[
        'iss',
        'aud',
        'iat',
        'exp',
        'jti',
        'ref',
        'call',
        'body',
        'nbf',
        'alg',
        'typ',
        'kid',
        'jwk',
        'crit',
        'b64',
      ],
      ...['__proto__', 'constructor', 'toString'],
    ),
    hostileJson,
  ),
  { maxLength: 3 },
);

describe('a received call token', () => {
  it('is accepted unchanged', () => {
    const call = { caller: 'orders', reference: 'a-session' };
    expect(products.verify(signed(properHeader, properClaims(), SECRET))?.call).toEqual(call);
  });

  it('is rejected without an error when characters are changed', () => {
    const character = fc.string({ unit: 'binary', minLength: 0, maxLength: 1 });
    fc.assert(
      fc.property(fc.nat(400), fc.nat(3), character, (at, removed, put) => {
        const call = orders.sign('products', 'a-session', CONTENT);
        const changed = call.slice(0, at) + put + call.slice(at + removed);
        fc.pre(changed !== call && !isSameBytes(changed, call));
        expect(products.verify(changed)).toBeNull();
      }),
      fuzzed(500),
    );
  });

  it('is rejected without an error when another secret signed it, whatever it contains', () => {
    fc.assert(
      fc.property(changes, changes, (header, claims) => {
        const call = signed([...properHeader, ...header], [...properClaims(), ...claims], 'x');
        expect(products.verify(call)).toBeNull();
      }),
      fuzzed(150),
    );
  });

  it('has a valid caller and text values if the right secret signed it', () => {
    fc.assert(
      fc.property(changes, changes, (header, claims) => {
        const proven = products.verify(
          signed([...properHeader, ...header], [...properClaims(), ...claims], SECRET),
        );
        if (proven === null) return;
        const { call, id, action, digest } = proven;
        expect(isServiceName(call.caller)).toBe(true);
        expect([id, action].every((it) => typeof it === 'string')).toBe(true);
        const optional = [call.reference, digest];
        expect(optional.every((it) => it === null || typeof it === 'string')).toBe(true);
      }),
      fuzzed(150),
    );
  });

  it('is rejected without an error when it is arbitrary text', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      hostileJson.map((json) => Buffer.from(json).toString('base64url')),
    );
    const text = fc.array(part, { maxLength: 5 }).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(text, (call) => {
        expect(products.verify(call)).toBeNull();
      }),
      fuzzed(800),
    );
  });
});

/** Returns whether two tokens differ at most in how base64url spells the last bits of the signature. */
function isSameBytes(one: string, other: string): boolean {
  return headOf(one) === headOf(other) && signatureOf(one).equals(signatureOf(other));
}

function headOf(token: string): string {
  return token.slice(0, token.lastIndexOf('.'));
}

function signatureOf(token: string): Buffer {
  return Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url');
}
