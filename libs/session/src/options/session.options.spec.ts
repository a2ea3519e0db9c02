import { Transport } from '@nestjs/microservices';
import { eachRow } from '../../../../tools/testing/each-row.js';
import type { Role } from '../session/session-types.js';
import { releaseOfPackage } from '../access/package-release.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { type SessionModuleOptions, SessionOptions } from './session.options.js';

const store = new MemorySessionStore();

function resolve(options: SessionModuleOptions): SessionOptions {
  return new SessionOptions(options);
}

/** Options that are rejected. */
type Refused = [what: string, options: SessionModuleOptions, message: RegExp];

function expectRefused(rows: readonly Refused[]): Promise<void> {
  return eachRow(
    rows,
    ([, options, message]) => {
      expect(() => resolve(options)).toThrow(SessionOptionsError);
      expect(() => resolve(options)).toThrow(message);
    },
    ([what]) => what,
  );
}

describe('the options of SessionModule', () => {
  it('have the documented defaults', () => {
    expect(resolve({ store })).toEqual({
      binding: null,
      callKeys: null,
      reauthenticateAt: '/auth/reauthenticate',
      gateway: null,
      rpc: null,
      requiredRole: undefined,
      service: undefined,
      tokenFrom: 'either',
      trustedOrigins: new Set(),
      publishAccess: true,
      release: releaseOfPackage(),
      cookie: { name: '__Host-sid', sameSite: 'lax', domain: undefined },
      touchInterval: 60_000,
      nearCache: null,
      retryAfter: 1,
    });
  });

  it('accept valid values', () => {
    const cookie = { name: '__Secure-s', sameSite: 'strict', domain: 'example.com' } as const;

    expect(
      resolve({
        store,
        requiredRole: 'orders',
        service: 'orders',
        publishAccess: false,
        release: '1.2.3',
        cookie,
        touchInterval: '5s',
        retryAfter: 30,
        binding: { network: 'report' },
        reauthenticateAt: 'https://id.example/again',
        tokenFrom: 'cookie',
        csrf: { trustedOrigins: ['https://app.example.com'] },
      }),
    ).toEqual({
      tokenFrom: 'cookie',
      trustedOrigins: new Set(['https://app.example.com']),
      binding: expect.objectContaining({ network: 'report' }) as object,
      reauthenticateAt: 'https://id.example/again',
      callKeys: null,
      gateway: null,
      rpc: null,
      requiredRole: 'orders',
      service: 'orders',
      publishAccess: false,
      release: '1.2.3',
      cookie,
      touchInterval: 5_000,
      nearCache: null,
      retryAfter: 30,
    });
  });

  const refused: Refused[] = [
    ['no source', {}, /exactly one of 'client', 'redis' and 'store'.*given 0/],
    ['two sources', { store, redis: 'redis://h' }, /exactly one of.*given 2/],
    [
      'an empty role',
      { store, requiredRole: '' as Role },
      /requiredRole is empty.*leave the option out/,
    ],
    [
      'a blank role',
      { store, requiredRole: ' ' as Role },
      /requiredRole is empty.*leave the option out/,
    ],
    ...['', 'Orders', 'a:b', 'a*', '{a}', 'a b', '-a', 'a\n'].map((name): Refused => [
      `the service name ${JSON.stringify(name)}`,
      { store, service: name },
      /service: '.*' is no service's name.*such as 'orders'/s,
    ]),
    [
      'another place for the token',
      { store, tokenFrom: 'header' as 'bearer' },
      /tokenFrom: set it to/,
    ],
    ...[
      '',
      '*',
      'app.example.com',
      'https://a.example/',
      'https://*.example',
      'HTTPS://A.example',
    ].map((origin): Refused => [
      `the origin ${origin}`,
      { store, csrf: { trustedOrigins: [origin] } },
      /csrf\.trustedOrigins: '.*' is no origin\. Give/,
    ]),
    ['an empty release', { store, release: '' }, /release: give a version/],
    ['an endless release', { store, release: 'x'.repeat(257) }, /release: give a version/],
    ['an empty cookie name', { store, cookie: { name: '' } }, /cookie\.name.*Use letters/],
    ['a name with a space', { store, cookie: { name: 'my sid' } }, /cookie\.name: 'my sid'/],
    ['a name with a semicolon', { store, cookie: { name: 'a;b' } }, /cookie\.name: 'a;b'/],
    ['a name with an equals sign', { store, cookie: { name: 'a=b' } }, /cookie\.name: 'a=b'/],
    ['a name with an umlaut', { store, cookie: { name: 'sitzüng' } }, /cookie\.name/],
    ['a name with a line feed', { store, cookie: { name: 'sid\n' } }, /cookie\.name/],
    [
      'a domain on a __Host- cookie',
      { store, cookie: { domain: 'example.com' } },
      /cookie\.domain: browsers refuse.*'__Secure-sid'/,
    ],
    ['a touch interval without a unit', { store, touchInterval: '60' }, /touchInterval.*'30m'/],
    ['a touch interval of zero', { store, touchInterval: 0 }, /touchInterval/],
    ['no seconds to come back after', { store, retryAfter: 0 }, /retryAfter: give whole seconds/],
    ['half a second', { store, retryAfter: 0.5 }, /retryAfter: give whole seconds/],
    ['a negative time', { store, retryAfter: -1 }, /retryAfter: give whole seconds/],
    ['no number', { store, retryAfter: NaN }, /retryAfter: give whole seconds/],
  ];

  it('reject an invalid value and say how to fix it', () => expectRefused(refused));

  it('reject an invalid cookie domain at startup, not at the first sign-in', () => {
    const cookie = { name: '__Secure-sid', domain: 'https://example.com/' };

    expect(() => resolve({ store, cookie })).toThrow(/cookie\.domain/);
  });

  it('reject a domain on a __Host- cookie in any letter case, as browsers do', () => {
    const cookie = { name: '__host-sid', domain: 'example.com' };

    expect(() => resolve({ store, cookie })).toThrow(/cookie\.domain/);
  });

  it('reject a near-cache in front of a store that does not publish changes', () => {
    expect(() => resolve({ store, nearCache: true })).toThrow(/nearCache needs a Redis/);
  });

  describe("with source: 'rpc'", () => {
    const calls = { secret: 'x'.repeat(32) };
    const client = { transport: Transport.TCP } as const;
    const rpc = { client };
    const given: SessionModuleOptions = { source: 'rpc', service: 'orders', calls, rpc };

    it('have the documented defaults', () => {
      expect(resolve(given).rpc).toEqual({
        client,
        audience: 'auth',
        timeout: 1_000,
        cache: null,
        breaker: { failures: 5, pause: 1_000 },
      });
    });

    it('accept valid values', () => {
      const breaker = { failures: 2, pause: '5s' };
      const options = { client, audience: 'sso', timeout: 300, cache: '2s', cacheEntries: 9 };

      expect(resolve({ ...given, rpc: { ...options, breaker } }).rpc).toEqual({
        client,
        audience: 'sso',
        timeout: 300,
        cache: { maxAge: 2_000, maxEntries: 9 },
        breaker: { failures: 2, pause: 5_000 },
      });
    });

    const refusedWithRpc: Refused[] = [
      ['nobody to ask', { ...given, rpc: undefined }, /needs 'rpc'/],
      ['calls that are not signed', { ...given, calls: undefined }, /needs 'calls'/],
      ['no name', { ...given, service: undefined }, /'service'/],
      ['a store', { ...given, store }, /leave 'client', 'redis' and 'store' out/],
      ['a near-cache', { ...given, nearCache: true }, /nearCache needs a Redis/],
      [
        'an audience that is no name',
        { ...given, rpc: { client, audience: 'A' } },
        /rpc\.audience/,
      ],
      ['no time', { ...given, rpc: { client, timeout: 0 } }, /rpc\.timeout/],
      ['a cache without a unit', { ...given, rpc: { client, cache: '2' } }, /rpc\.cache/],
      ['an empty cache', { ...given, rpc: { client, cacheEntries: 0 } }, /rpc\.cacheEntries/],
      ['no failures', { ...given, rpc: { client, breaker: { failures: 0 } } }, /breaker\.failures/],
      ['no pause', { ...given, rpc: { client, breaker: { pause: -1 } } }, /breaker\.pause/],
    ];

    it('reject an invalid value', () => expectRefused(refusedWithRpc));
  });
});
