import fc from 'fast-check';
import { fuzzed } from '../../../../tools/testing/fuzzed.js';
import { encodeSession } from '../session/session-record.js';
import { hostileJson, jsonObject } from '../../test-support/fuzzed-records.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { readIdentityClaims } from './identity-claims.js';
import { claimsOf } from './test-support/signer.js';

const EXPECTED = { issuer: 'nest-sessions', audience: 'orders' };

type Members = [name: string, json: string][];

const session = sampleSession();
const properHeader: Members = [
  ['alg', '"EdDSA"'],
  ['kid', '"a-key"'],
  ['typ', '"session-identity+jwt"'],
];

function compact(header: Members, claims: Members): string {
  const part = (it: Members) => Buffer.from(jsonObject(it)).toString('base64url');
  return `${part(header)}.${part(claims)}.AAAA`;
}

function properClaims(): Members {
  return Object.entries(claimsOf(session)).map(([name, value]) => [name, JSON.stringify(value)]);
}

/** Returns a header or claims with one member replaced, omitted, repeated or added. */
function changed(members: Members, [how, name, json]: [string, string, string]): Members {
  if (how === 'drop') return members.filter(([it]) => it !== name);
  if (how === 'add') return [...members, [name, json]];
  return members.map(([it, value]) => [it, it === name ? json : value]);
}

const change = fc.tuple(
  fc.constantFrom('drop', 'add', 'replace'),
  fc.constantFrom(
    ...['alg', 'kid', 'typ', 'crit', 'b64', 'jwk', 'iss', 'aud', 'sub', 'sid', 'iat', 'exp'],
    ...['session', 'nbf', '__proto__', 'constructor', 'toString'],
  ),
  hostileJson,
);

describe('readIdentityClaims', () => {
  it('reads the unchanged identity that the tests below alter', () => {
    const claims = readIdentityClaims(compact(properHeader, properClaims()), EXPECTED);
    expect(claims && encodeSession(claims.session)).toBe(encodeSession(session));
  });

  it('returns the unchanged session with valid times from an altered identity, or null', () => {
    fc.assert(
      fc.property(change, fc.boolean(), (it, inHeader) => {
        const header = inHeader ? changed(properHeader, it) : properHeader;
        const claims = inHeader ? properClaims() : changed(properClaims(), it);
        const read = readIdentityClaims(compact(header, claims), EXPECTED);
        if (read === null) return;
        expect(encodeSession(read.session)).toBe(encodeSession(session));
        expect(typeof read.kid).toBe('string');
        expect(read.expiresAt).toBeGreaterThan(Date.now());
        expect(read.expiresAt).toBeLessThanOrEqual(session.absoluteExpiresAt);
        expect(read.issuedAt).toBeLessThanOrEqual(read.expiresAt);
      }),
      fuzzed(500),
    );
  });

  it('returns null when a required header or claim is wrong', () => {
    const required = fc.constantFrom('alg', 'kid', 'typ', 'iss', 'aud', 'sub', 'sid', 'iat', 'exp');
    const wrong = fc.constantFrom(
      'null',
      '"x"x',
      '1',
      '[]',
      '{}',
      '-0',
      '1e400',
      'true',
      '["orders"]',
    );
    fc.assert(
      fc.property(required, wrong, (name, json) => {
        const it: [string, string, string] = ['replace', name, json];
        const identity = compact(changed(properHeader, it), changed(properClaims(), it));
        expect(readIdentityClaims(identity, EXPECTED)).toBeNull();
      }),
      fuzzed(300),
    );
  });

  it('returns null for arbitrary text', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      hostileJson.map((json) => Buffer.from(json).toString('base64url')),
    );
    const text = fc.array(part, { maxLength: 5 }).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(text, (identity) => {
        expect(readIdentityClaims(identity, EXPECTED)).toBeNull();
      }),
      fuzzed(800),
    );
  });
});
