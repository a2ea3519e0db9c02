import { createHmac } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { MovedClock } from '../../test-support/moved-clock.js';
import { fieldsOf, sampleSession } from '../../test-support/sample-session.js';
import { createToken } from '../token/session-token.js';
import { type GatewayOptions, gatewayLimitsOf } from './gateway.options.js';
import { GatewaySessionSource } from './gateway-session.source.js';
import { GivenKeys } from './test-support/given-keys.js';
import { claimsOf, compactOf, Signer } from './test-support/signer.js';

const clock = MovedClock.forEachTest();
const given = GivenKeys.stubbed();
let signer: Signer;
let source: GatewaySessionSource;
const session = sampleSession();

function open(options: Partial<GatewayOptions> = {}, service = 'orders'): GatewaySessionSource {
  return new GatewaySessionSource(gatewayLimitsOf({ keys: given.url, ...options }, service));
}

const withIdentity = (identity: string, headers = {}) => ({
  headers: { ...headers, 'x-session-identity': identity },
});

beforeAll(async () => {
  signer = await Signer.make();
});

beforeEach(() => {
  jest.spyOn(Logger.prototype, 'error').mockImplementation();
  given.publish([signer.published]);
  source = open();
});

afterEach(() => {
  jest.restoreAllMocks();
});

const found = async (identity: string) => source.find(withIdentity(identity));

describe('a signed identity', () => {
  it('yields the signed session, verified with keys that are fetched once', async () => {
    expect(fieldsOf(await found(await signer.identityOf(session)))).toEqual(fieldsOf(session));
    expect(
      fieldsOf(await found(await signer.identityOf(session, { exp: claimsOf(session).exp - 1 }))),
    ).toEqual(fieldsOf(session));
    expect(given.asked).toBe(1);
  });

  it('is the only credential that counts, whatever else the request carries', async () => {
    const cookie = `__Host-sid=${createToken()}`;
    const others = { cookie, authorization: `Bearer ${createToken()}`, 'x-session-user': 'root' };
    expect(
      await source.find(withIdentity(await signer.identityOf(session), others)),
    ).not.toBeNull();
    expect(await source.find({ headers: others })).toBeNull();
    expect(await source.find({ headers: {} })).toBeNull();
  });

  it('yields the same session object synchronously when it comes again', async () => {
    const identity = await signer.identityOf(session);
    const first = await found(identity);
    expect(source.find(withIdentity(identity))).toBe(first);
  });

  it('is not accepted after it has expired', async () => {
    const iat = Math.floor(Date.now() / 1_000);
    const identity = await signer.identityOf(session, { iat, exp: iat + 2 });
    expect(await found(identity)).not.toBeNull();
    clock.forward((iat + 2) * 1_000 - Date.now() - 100);
    expect(await found(identity)).not.toBeNull();
    clock.forward(100);
    expect(await found(identity)).toBeNull();
  });

  it('does not outlive its session, whatever expiry it claims', async () => {
    const short = sampleSession({ absoluteExpiresAt: Date.now() + 5_000 });
    const identity = await signer.identityOf(short);
    expect(await found(identity)).not.toBeNull();
    clock.forward(5_000);
    expect(await found(identity)).toBeNull();
    const over = sampleSession({ absoluteExpiresAt: Date.now() - 1 });
    expect(await found(await signer.identityOf(over))).toBeNull();
  });

  it('may be issued slightly ahead of the clock of the verifier', async () => {
    const { iat } = claimsOf(session);
    const early = await signer.identityOf(session, { iat: iat + 3, exp: iat + 30 });
    expect(await found(early)).not.toBeNull();
    // Five seconds are allowed; the rest is margin for a machine that stalls.
    const tooEarly = await signer.identityOf(session, { iat: iat + 15, exp: iat + 40 });
    expect(await found(tooEarly)).toBeNull();
  });
});

describe('GatewaySessionSource rejects an identity with', () => {
  const { iat, exp } = claimsOf(session);
  const record = () => claimsOf(session).session as Record<string, unknown>;

  const wrongClaims: [what: string, claims: object][] = [
    ['another issuer', { iss: 'somebody' }],
    ['no issuer', { iss: undefined }],
    ['the identity of another service', { aud: 'products' }],
    ['the identity of several services', { aud: ['orders'] }],
    ['no audience', { aud: undefined }],
    ['an identity that is over', { iat: iat - 60, exp: iat - 30 }],
    ['no end', { exp: undefined }],
    ['an end that is no number', { exp: String(exp) }],
    ['an end that is endless', { exp: 1e300 }],
    ['an identity of tomorrow', { iat: iat + 86_400, exp: iat + 86_430 }],
    ['no time of its making', { iat: undefined }],
    ['a longer life than a minute', { iat, exp: iat + 61 }],
    ['a longer life than a minute, most of it over', { iat: iat - 100, exp: iat + 10 }],
    ['the id of another user', { sub: 'u-2' }],
    ['no user', { sub: undefined }],
    ['the id of another session', { sid: 'x'.repeat(43) }],
    ['no session id', { sid: undefined }],
    ['no record', { session: undefined }],
    ['a record that is text', { session: JSON.stringify(record()) }],
    ['a record of another version', { session: { ...record(), v: 2 } }],
    ['a record without roles', { session: { ...record(), roles: 'admin' } }],
  ];

  it('a missing or invalid claim', () =>
    eachRow(
      wrongClaims,
      async ([, claims]) => {
        source = open();
        expect(await found(await signer.identityOf(session, claims as never))).toBeNull();
        // Control: nothing else causes the rejection.
        expect(await found(await signer.identityOf(session))).not.toBeNull();
      },
      ([what]) => what,
    ));

  const wrongHeaders: [what: string, header: object][] = [
    ['another type', { typ: 'JWT' }],
    ['the type of a call', { typ: 'session-call+jwt' }],
    ['no type', { typ: undefined }],
    ['no key', { kid: undefined }],
    ['something critical', { crit: ['exp'], exp: 1 }],
  ];

  it('an invalid header', () =>
    eachRow(
      wrongHeaders,
      async ([, header]) => {
        const identity = await signer
          .identityOf(session, {}, header)
          .catch(() => compactOf({ ...signer.header, ...header }, claimsOf(session)));
        expect(await found(identity)).toBeNull();
        expect(given.asked).toBe(0);
      },
      ([what]) => what,
    ));

  it('its own key in the header', async () => {
    const forger = await Signer.make();
    const { kid } = signer.published;
    for (const header of [
      { kid, jwk: forger.published },
      { jwk: forger.published },
      { kid, jku: given.url.href },
    ]) {
      expect(await found(await forger.identityOf(session, {}, header))).toBeNull();
    }
  });

  it('a signature by another key under a known key ID', async () => {
    const forger = await Signer.make();
    const header = { kid: signer.published.kid };
    expect(await found(await forger.identityOf(session, {}, header))).toBeNull();
  });

  it('no signature', async () => {
    const { kid } = signer.published;
    for (const alg of ['none', 'None', 'nOnE']) {
      const unsigned = compactOf({ ...signer.header, alg, kid }, claimsOf(session), '');
      expect(await found(unsigned)).toBeNull();
      expect(await found(`${unsigned}AAAA`)).toBeNull();
    }
  });

  it('an HMAC that uses the public key as its secret', async () => {
    const { x } = signer.published;
    for (const secret of [Buffer.from(x, 'base64url'), x, JSON.stringify(signer.published)]) {
      const unsigned = compactOf({ ...signer.header, alg: 'HS256' }, claimsOf(session), '');
      const mac = createHmac('sha256', secret).update(unsigned.slice(0, -1)).digest('base64url');
      expect(await found(unsigned + mac)).toBeNull();
    }
  });

  it('claims that were changed after signing', async () => {
    const identity = await signer.identityOf(session);
    const [header = '', , signature = ''] = identity.split('.');
    const claims = claimsOf(session);
    const raised = { ...claims, session: { ...record(), roles: ['admin'] } };
    const payload = Buffer.from(JSON.stringify(raised)).toString('base64url');
    expect(await found(`${header}.${payload}.${signature}`)).toBeNull();
    expect(await found(identity)).not.toBeNull();
    expect(await found(`${header}.${payload}.${signature}`)).toBeNull();
  });

  it('duplicate, empty, malformed or huge content', async () => {
    const identity = await signer.identityOf(session);
    const bad = [
      `${identity}, ${identity}`,
      '',
      ' ',
      'x',
      '..',
      'a.b.c',
      `${identity} `,
      `${identity}.x`,
    ];
    for (const it of [...bad, 'x.'.repeat(50_000), '['.repeat(100_000)]) {
      expect(await found(it)).toBeNull();
    }
    expect(given.asked).toBe(0);
  });
});

describe('the keys', () => {
  it('are fetched once for concurrent requests', async () => {
    const identities = await Promise.all(
      Array.from({ length: 20 }, (_, n) => signer.identityOf(session, { n })),
    );
    const sessions = await Promise.all(identities.map(found));
    expect(sessions.every((it) => it !== null)).toBe(true);
    expect(given.asked).toBe(1);
  });

  it('are fetched again for a new key ID', async () => {
    source = open({ fetchInterval: 1 });
    expect(await found(await signer.identityOf(session))).not.toBeNull();
    clock.forward(1);
    const next = await Signer.make();
    given.publish([signer.published, next.published]);
    expect(await found(await next.identityOf(session))).not.toBeNull();
    expect(await found(await signer.identityOf(session, { n: 1 }))).not.toBeNull();
    expect(given.asked).toBe(2);
  });

  it('yield no session when a fetch does not return the needed key', async () => {
    const forger = await Signer.make();
    expect(await found(await forger.identityOf(session))).toBeNull();
  });

  it('yield no session for an old identity whose key the last fetch did not return', async () => {
    const forger = await Signer.make();
    await source.ping();
    const { iat } = claimsOf(session);
    const old = await forger.identityOf(session, { iat: iat - 10, exp: iat + 20 });
    expect(await found(old)).toBeNull();
    expect(given.asked).toBe(1);
  });

  it('are fetched five times in a storm of unknown key IDs, while known keys keep working', async () => {
    const forger = await Signer.make();
    await source.ping();
    const storm = async () => {
      for (let n = 0; n < 50; n += 1) {
        const forged = await forger.identityOf(session, {}, { kid: `unknown-${n}` });
        await found(forged).catch((error: unknown) => {
          expect(error).toBeInstanceOf(SessionStoreUnavailableError);
        });
      }
    };
    await storm();
    expect(given.asked).toBe(5);
    clock.forward(5_000);
    await storm();
    expect(given.asked).toBe(6);
    expect(await found(await signer.identityOf(session))).not.toBeNull();
  });

  it('include the new key of each restarted instance at once', async () => {
    await source.ping();
    const keys = [signer.published];
    for (let n = 0; n < 4; n += 1) {
      const restarted = await Signer.make();
      keys.push(restarted.published);
      given.publish(keys);
      expect(await found(await restarted.identityOf(session))).not.toBeNull();
    }
    expect(given.asked).toBe(5);
  });

  it('are not used beyond cacheFor after they are withdrawn', async () => {
    source = open({ cacheFor: '5m' });
    expect(await found(await signer.identityOf(session))).not.toBeNull();
    given.publish([]);
    expect(await found(await signer.identityOf(session, { n: 1 }))).not.toBeNull();
    clock.forward(300_000);
    expect(await found(await signer.identityOf(session, { n: 2 }))).toBeNull();
    expect(given.asked).toBe(2);
  });

  it('are ignored unless they are Ed25519 signing keys with a matching key ID', async () => {
    const { published } = signer;
    for (const other of [
      { ...published, kid: 'another' },
      { ...published, use: 'enc' },
      { ...published, alg: 'HS256' },
      { ...published, crv: 'X25519' },
      { ...published, x: 'short' },
      { kty: 'oct', k: published.x, kid: published.kid },
      null,
      'x',
    ]) {
      given.publish([other]);
      const fresh = open();
      expect(await fresh.find(withIdentity(await signer.identityOf(session)))).toBeNull();
    }
    given.publish([null, { kty: 'RSA' }, published]);
    expect(await found(await signer.identityOf(session))).not.toBeNull();
  });

  it('cannot be replaced under the same key ID', async () => {
    const forger = await Signer.make();
    const { kid } = signer.published;
    given.publish([{ ...forger.published, kid }]);
    expect(await found(await forger.identityOf(session, {}, { kid }))).toBeNull();
  });
});

describe('while the issuing app is down', () => {
  it('the source retries after a moment, and accepts a new key once the app is back', async () => {
    await source.ping();
    const restarted = await Signer.make();
    const identity = await restarted.identityOf(session);
    given.isAway = true;
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => found(identity)));
    expect(answers.every(({ status }) => status === 'rejected')).toBe(true);
    expect(given.asked).toBe(3);
    given.isAway = false;
    given.publish([signer.published, restarted.published]);
    clock.forward(250);
    expect(await found(identity)).not.toBeNull();
  });

  it('known keys keep working for the duration of keepFor', async () => {
    source = open({ cacheFor: 1, fetchInterval: 1, keepFor: '10m' });
    let n = 0;
    const next = async () => found(await signer.identityOf(session, { n: (n += 1) }));
    expect(await next()).not.toBeNull();
    given.isAway = true;
    for (let i = 0; i < 20; i += 1) expect(await next()).not.toBeNull();
    clock.forward(9 * 60_000);
    expect(await next()).not.toBeNull();
    clock.forward(60_000);
    await expect(next()).rejects.toThrow(SessionStoreUnavailableError);
    given.isAway = false;
    clock.forward(1);
    expect(await next()).not.toBeNull();
  });

  it('an unknown key causes SessionStoreUnavailableError', async () => {
    source = open({ fetchInterval: 1 });
    await source.ping();
    given.isAway = true;
    clock.forward(1);
    const other = await Signer.make();
    await expect(found(await other.identityOf(session))).rejects.toThrow(
      SessionStoreUnavailableError,
    );
  });
});

describe('a route with @SkipCache()', () => {
  it('accepts only an identity that was signed a moment ago', async () => {
    const { iat } = claimsOf(session);
    const identity = await signer.identityOf(session, { iat: iat - 6, exp: iat + 20 });
    expect(await found(identity)).not.toBeNull();
    expect(await source.find(withIdentity(identity), { fresh: true })).toBeNull();
    const fresh = await signer.identityOf(session);
    expect(await source.find(withIdentity(fresh), { fresh: true })).not.toBeNull();
  });
});

describe('a call on behalf of a session', () => {
  it('resolves to the session of the identity that was issued to the caller', async () => {
    const ofOrders = await source.find(withIdentity(await signer.identityOf(session)));
    if (ofOrders === null) throw new Error('no session');
    const reference = source.refer(ofOrders);
    const products = open({}, 'products');
    expect(fieldsOf(await products.findReferred(reference, 'orders'))).toEqual(fieldsOf(session));
  });

  it('resolves to no session for another caller, or without a call', async () => {
    const identity = await signer.identityOf(session);
    const products = open({}, 'products');
    expect(await products.findReferred(identity, 'orders')).not.toBeNull();
    expect(await products.findReferred(identity, 'billing')).toBeNull();
    expect(await products.find(withIdentity(identity))).toBeNull();
    expect(await products.findReferred('x', 'orders')).toBeNull();
  });

  it('throws a TypeError for a session without an identity', () => {
    expect(() => source.refer(session)).toThrow(TypeError);
  });
});
