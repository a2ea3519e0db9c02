import { eachRow } from '../../../../tools/testing/each-row.js';
import type { Role } from '../session/session-types.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import type { SessionSource } from '../source/session.source.js';
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
      reauthenticateAt: '/auth/reauthenticate',
      isStored: true,
      requiredRole: undefined,
      service: undefined,
      tokenFrom: 'either',
      trustedOrigins: new Set(),
      cookie: { name: '__Host-sid', sameSite: 'lax', domain: undefined },
      touchInterval: 60_000,
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
        cookie,
        touchInterval: '5s',
        retryAfter: 30,
        reauthenticateAt: 'https://id.example/again',
        tokenFrom: 'cookie',
        csrf: { trustedOrigins: ['https://app.example.com'] },
      }),
    ).toEqual({
      tokenFrom: 'cookie',
      trustedOrigins: new Set(['https://app.example.com']),
      reauthenticateAt: 'https://id.example/again',
      isStored: true,
      requiredRole: 'orders',
      service: 'orders',
      cookie,
      touchInterval: 5_000,
      retryAfter: 30,
    });
  });

  const refused: Refused[] = [
    ['two sources', { store, redis: 'redis://h' }, /accepts one of.*got 2/],
    [
      'a source by its former name',
      { source: 'rpc' as unknown as SessionSource },
      /source must be.*got "rpc".*SessionRpcModule from 'nest-sessions\/rpc'/,
    ],
    [
      'an option that does not exist',
      { store, requiredRoles: ['orders'] } as SessionModuleOptions,
      /no option 'requiredRoles'. Its options are client, .*requiredRole/,
    ],
    ...[
      ['release', 'access'],
      ['network', 'binding'],
      ['secret', 'calls'],
      ['events', 'events'],
      ['keys', 'gateway'],
      ['health', 'health'],
      ['idleTimeout', 'issuer'],
      ['metrics', 'metrics'],
      ['rpc', 'rpc'],
      ['sessionIds', 'tracing'],
      ['websockets', 'websockets'],
    ].map(([name = '', feature]): Refused => [
      `the option ${name} of a feature`,
      { store, [name]: {} },
      new RegExp(`no option '${name}'\\. Import Session\\w+Module from 'nest-sessions/${feature}'`),
    ]),
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
      /service: '.*' is not a valid service name.*such as 'orders'/s,
    ]),
    [
      'another place for the token',
      { store, tokenFrom: 'header' as 'bearer' },
      /tokenFrom must be/,
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
      /csrf\.trustedOrigins: '.*' is not an origin\. Give/,
    ]),
    ['an empty cookie name', { store, cookie: { name: '' } }, /cookie\.name.*Use letters/],
    ['a name with a space', { store, cookie: { name: 'my sid' } }, /cookie\.name: 'my sid'/],
    ['a name with a semicolon', { store, cookie: { name: 'a;b' } }, /cookie\.name: 'a;b'/],
    ['a name with an equals sign', { store, cookie: { name: 'a=b' } }, /cookie\.name: 'a=b'/],
    ['a name with an umlaut', { store, cookie: { name: 'sitzüng' } }, /cookie\.name/],
    ['a name with a line feed', { store, cookie: { name: 'sid\n' } }, /cookie\.name/],
    [
      'a domain on a __Host- cookie',
      { store, cookie: { domain: 'example.com' } },
      /cookie\.domain: browsers reject.*'__Secure-sid'/,
    ],
    [
      'a misspelt attribute of the cookie',
      { store, cookie: { samesite: 'strict' } as object },
      /SessionModule's cookie has no option 'samesite'\. Its options are name/,
    ],
    [
      'a misspelt setting against forged requests',
      { store, csrf: { trustedOrigin: 'https://a.example' } as object },
      /SessionModule's csrf has no option 'trustedOrigin'/,
    ],
    ['a touch interval without a unit', { store, touchInterval: '60' }, /touchInterval.*'30m'/],
    ['a touch interval of zero', { store, touchInterval: 0 }, /touchInterval/],
    ['no seconds to come back after', { store, retryAfter: 0 }, /retryAfter must be whole seconds/],
    ['half a second', { store, retryAfter: 0.5 }, /retryAfter must be whole seconds/],
    ['a negative time', { store, retryAfter: -1 }, /retryAfter must be whole seconds/],
    ['no number', { store, retryAfter: NaN }, /retryAfter must be whole seconds/],
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
    expect(() => resolve({ store, nearCache: true })).toThrow(
      /nearCache needs the invalidations of a Redis/,
    );
  });
});
