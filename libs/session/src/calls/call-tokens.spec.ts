import { createHmac } from 'node:crypto';
import { decode, type JwtPayload, sign, type SignOptions } from 'jsonwebtoken';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { CallKeys, callKeysOf, type CallOptions } from './call.options.js';
import { contentOf, digestOf, UNREAD } from './call-content.js';
import { CallTokens, isFor } from './call-tokens.js';

const SECRET = 'a secret of orders that has 32 bytes or more';
const OTHER = 'a secret of billing that has 32 bytes or more';

const FIND = contentOf({ pattern: 'find', data: { id: 'tea' } });
const PROPER = {
  iss: 'orders',
  aud: 'products',
  jti: 'a-call',
  call: 'find',
  body: digestOf(FIND),
};

const orders = new CallTokens('orders', new CallKeys({ secret: SECRET }));
const products = new CallTokens('products', new CallKeys({ secret: SECRET }));

/** Signs a call from `orders` to `products`, changed by these arguments. */
function forged(claims: object, options: SignOptions = {}, secret = SECRET): string {
  const payload = { ...PROPER, ...claims };
  return sign(JSON.parse(JSON.stringify(payload)) as object, secret, {
    algorithm: 'HS256',
    header: { alg: 'HS256', typ: 'session-call+jwt' },
    expiresIn: 30,
    ...options,
  });
}

function seconds(): number {
  return Math.floor(Date.now() / 1_000);
}

describe('a signed call', () => {
  it('may be on behalf of a session', () => {
    const call = { caller: 'orders', reference: 'a-session' };
    expect(products.verify(orders.sign('products', 'a-session', FIND))?.call).toEqual(call);
  });

  it('may be on behalf of the service itself', () => {
    const call = { caller: 'orders', reference: null };
    expect(products.verify(orders.sign('products', null, FIND))?.call).toEqual(call);
  });

  it('contains only the required claims, and expires after 30 seconds', () => {
    const { iat = 0, ...claims } = decode(orders.sign('products', 'a-session', FIND)) as JwtPayload;
    expect(Math.abs(iat - seconds())).toBeLessThanOrEqual(1);
    expect(claims).toEqual({
      ...PROPER,
      ref: 'a-session',
      exp: iat + 30,
      jti: expect.stringMatching(/^[\w-]{16}$/) as string,
    });
  });

  it('has a unique ID', () => {
    const ids = Array.from({ length: 1_000 }, () => {
      return products.verify(orders.sign('products', null, FIND))?.id;
    });
    expect(new Set(ids).size).toBe(1_000);
  });

  it('is valid only for the content it was signed for', () => {
    const proven = products.verify(orders.sign('products', null, FIND));
    if (proven === null) throw new Error('refused');
    expect(isFor(proven, FIND)).toBe(true);
    expect(isFor(proven, { ...FIND, action: 'remove' })).toBe(false);
    expect(isFor(proven, { ...FIND, body: { id: 'milk' } })).toBe(false);
    expect(isFor(proven, { ...FIND, body: UNREAD })).toBe(false);
  });

  it('for an unread body is not valid for a body that is read', () => {
    const proven = products.verify(orders.sign('products', null, { ...FIND, body: UNREAD }));
    if (proven === null) throw new Error('refused');
    expect(isFor(proven, { ...FIND, body: UNREAD })).toBe(true);
    expect(isFor(proven, FIND)).toBe(false);
    expect(isFor(proven, { ...FIND, body: undefined })).toBe(false);
  });

  it('is accepted when all claims are valid', () => {
    expect(products.verify(forged({ ref: 'a-session' }))?.call).toEqual({
      caller: 'orders',
      reference: 'a-session',
    });
  });
});

describe('a call token', () => {
  const unsigned = [
    { alg: 'none', typ: 'session-call+jwt' },
    { iss: 'orders', aud: 'products' },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const [header = '', , signature = ''] = orders.sign('products', 'a-session', FIND).split('.');
  const others = Buffer.from(
    JSON.stringify({
      ...PROPER,
      ref: 'b',
      iat: seconds(),
      exp: seconds() + 30,
    }),
  ).toString('base64url');

  const refused: [what: string, token: string][] = [
    ['for another service', orders.sign('billing', 'a-session', FIND)],
    ['for several services', forged({ aud: ['billing'] })],
    ['for nobody', forged({ aud: undefined })],
    ['without an issuer', forged({ iss: undefined })],
    ['with a list of issuers', forged({ iss: ['orders'] })],
    ['that has expired', forged({ iat: seconds() - 60 }, { expiresIn: 50 })],
    [
      'that is old, however long it says to be good',
      forged({ iat: seconds() - 60 }, { expiresIn: 3_600 }),
    ],
    ['that was signed in the future', forged({ iat: seconds() + 3_600 })],
    ['that was not made at any time', forged({ iat: undefined }, { noTimestamp: true })],
    ['signed with another secret', forged({}, {}, OTHER)],
    ['signed with nothing', `${unsigned}.`],
    [
      'with another hash',
      forged({}, { algorithm: 'HS512', header: { alg: 'HS512', typ: 'session-call+jwt' } }),
    ],
    ['of another type', forged({}, { header: { alg: 'HS256', typ: 'JWT' } })],
    ['of no type', forged({}, { header: { alg: 'HS256', typ: undefined } })],
    ['whose session was changed', `${header}.${others}.${signature}`],
    ['whose session is no text', forged({ ref: { $ne: null } })],
    ['whose session is empty', forged({ ref: '' })],
    ['without a name', forged({ jti: undefined })],
    ['that does not say what it asks for', forged({ call: undefined })],
    ['that asks for several things', forged({ call: ['find'] })],
    ['whose body is no digest', forged({ body: 1 })],
    ['that is cut short', orders.sign('products', 'a-session', FIND).slice(0, -1)],
    ['that is a session token', 'A'.repeat(43)],
    ['that is empty', ''],
    ['that is no text of a call', `.${'.'.repeat(1_000)}`],
    ['of text', `${header}.${Buffer.from('"text"').toString('base64url')}.${signature}`],
  ];

  it('is rejected when a claim, the header or the signature is invalid', () =>
    eachRow(
      refused,
      ([, token]) => {
        expect(products.verify(token)).toBeNull();
      },
      ([what]) => what,
    ));

  it('is accepted when signed by hand with the right secret', () => {
    const mac = createHmac('sha256', SECRET).update(`${header}.${others}`).digest('base64url');
    expect(products.verify(`${header}.${others}.${mac}`)?.call).toEqual({
      caller: 'orders',
      reference: 'b',
    });
  });
});

describe('a service with known callers', () => {
  const own = 'a secret of products that has 32 bytes or more';
  const guarded = new CallTokens(
    'products',
    new CallKeys({ secret: own, callers: { orders: SECRET, billing: OTHER } }),
  );
  const billing = new CallTokens('billing', new CallKeys({ secret: OTHER }));

  it('accepts their calls', () => {
    expect(guarded.verify(orders.sign('products', null, FIND))?.call.caller).toBe('orders');
    expect(guarded.verify(billing.sign('products', null, FIND))?.call.caller).toBe('billing');
  });

  it('rejects a call of one caller in the name of another', () => {
    const claims = { iss: 'orders', aud: 'products' };
    expect(guarded.verify(forged(claims, {}, OTHER))).toBeNull();
  });

  it('rejects calls of unknown callers, whatever the secret', () => {
    expect(guarded.verify(forged({ iss: 'mail' }))).toBeNull();
    expect(guarded.verify(forged({ iss: 'mail' }, {}, own))).toBeNull();
    expect(guarded.verify(forged({ iss: '__proto__' }))).toBeNull();
    expect(guarded.verify(forged({ iss: 'constructor' }))).toBeNull();
  });
});

describe('the rotation of a secret', () => {
  const keys = (secret: CallOptions['secret']) => new CallKeys({ secret });
  const before = keys(SECRET);
  const during = keys([SECRET, OTHER]);
  const after = keys([OTHER, SECRET]);
  const end = keys(OTHER);

  it('rejects no call while services adopt the new secret one by one', () => {
    for (const [caller, called] of [
      [before, during],
      [during, before],
      [during, after],
      [after, during],
      [after, end],
      [end, after],
    ] as const) {
      const call = new CallTokens('orders', caller).sign('products', null, FIND);
      expect(new CallTokens('products', called).verify(call)?.call.caller).toBe('orders');
    }
  });

  it('rejects calls with the old secret once it is removed', () => {
    const call = new CallTokens('orders', before).sign('products', null, FIND);
    expect(new CallTokens('products', end).verify(call)).toBeNull();
  });

  it('works for the secret of a caller', () => {
    const callers = { orders: [OTHER, SECRET] };
    const guarded = new CallTokens('products', new CallKeys({ secret: 'x'.repeat(32), callers }));
    for (const key of [before, end]) {
      const call = new CallTokens('orders', key).sign('products', null, FIND);
      expect(guarded.verify(call)?.call.caller).toBe('orders');
    }
  });
});

describe('call secrets', () => {
  const refused: [what: string, options: CallOptions, message: RegExp][] = [
    ['too short', { secret: 'x'.repeat(31) }, /^secret has 31 bytes\. Use 32 or more/],
    ['none', { secret: '' }, /^secret has 0 bytes/],
    ['an empty list', { secret: [] }, /^secret is missing\. Set it to a secret/],
    ['a variable that is not set', { secret: undefined }, /^secret is missing/],
    ['too short, of several', { secret: [SECRET, 'x'] }, /^secret has 1 bytes/],
    [
      'too short, of a caller',
      { secret: SECRET, callers: { orders: 'x' } },
      /^callers\.orders has 1 bytes/,
    ],
    [
      'of what is no service',
      { secret: SECRET, callers: { 'a b': SECRET } },
      /^callers: 'a b' is not a valid service name/,
    ],
  ];

  it('are rejected when they are too short, missing or of an invalid service', () =>
    eachRow(
      refused,
      ([, options, message]) => {
        expect(() => new CallKeys(options)).toThrow(SessionOptionsError);
        expect(() => new CallKeys(options)).toThrow(message);
        expect(() => callKeysOf(options)).toThrow(message);
      },
      ([what]) => what,
    ));

  it('are left out when calls carry the token of the user', () => {
    expect(callKeysOf({ forwardToken: true })).toBeNull();
    expect(callKeysOf({ secret: SECRET })).toBeInstanceOf(CallKeys);
    expect(callKeysOf({ secret: SECRET, forwardToken: false })).toBeInstanceOf(CallKeys);
  });

  it('are rejected next to forwardToken', () =>
    eachRow<CallOptions>([{ secret: SECRET }, { callers: { orders: SECRET } }], (options) => {
      const both = () => callKeysOf({ ...options, forwardToken: true });
      expect(both).toThrow(SessionOptionsError);
      expect(both).toThrow(/^forwardToken: calls are either signed or carry the user's token\./);
    }));
});

describe('a service without a secret', () => {
  const unsigned = new CallTokens('products', null);

  it('neither signs calls nor accepts signed calls', () => {
    expect(unsigned.isSigning).toBe(false);
    expect(products.isSigning).toBe(true);
    expect(() => unsigned.sign('orders', null, FIND)).toThrow(TypeError);
    expect(unsigned.verify(orders.sign('products', null, FIND))).toBeNull();
  });
});
