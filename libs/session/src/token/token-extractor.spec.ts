import { eachRow } from '../../../../tools/testing/each-row.js';
import { AmbiguousTokenError } from '../errors/ambiguous-token.error.js';
import { SessionOptions } from '../options/session.options.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { createToken } from './session-token.js';
import { TokenExtractor } from './token-extractor.js';
import { CALL_HEADER, IDENTITY_HEADER, type TokenHeaders } from './token-headers.js';

const token = createToken();
const other = createToken();

function extractorFor(name?: string, tokenFrom?: 'cookie' | 'bearer'): TokenExtractor {
  return new TokenExtractor(
    new SessionOptions({ store: new MemorySessionStore(), cookie: { name }, tokenFrom }),
  );
}

const extractor = extractorFor();

describe('a token is extracted from', () => {
  it('each place that may carry it', async () => {
    const rows: [what: string, headers: TokenHeaders][] = [
      ['the cookie', { cookie: `__Host-sid=${token}` }],
      ['the cookie, after others', { cookie: `a=1; theme=dark; __Host-sid=${token}` }],
      ['the cookie, before others', { cookie: `__Host-sid=${token}; a=1; theme=dark` }],
      ['the cookie, without spaces', { cookie: `a=1;__Host-sid=${token};b=2` }],
      ['the cookie, with many spaces', { cookie: `a=1;   __Host-sid=${token}   ; b=2` }],
      ['the cookie, with tabs', { cookie: `a=1;\t__Host-sid=${token}\t; b=2` }],
      ['the cookie, after a semicolon too many', { cookie: `; ;__Host-sid=${token}; ;` }],
      [
        'the cookie, next to a name that ends alike',
        { cookie: `x__Host-sid=x; __Host-sid=${token}` },
      ],
      [
        'the cookie, next to a name that begins alike',
        { cookie: `__Host-sid2=x; __Host-sid=${token}` },
      ],
      [
        'the cookie, next to its own name as a value',
        { cookie: `a=__Host-sid=x; __Host-sid=${token}` },
      ],
      [
        'the cookie, next to its own name in quotes',
        { cookie: `a="__Host-sid=x"; __Host-sid=${token}` },
      ],
      [
        'the cookie, next to a name in other letters',
        { cookie: `__host-sid=x; __Host-sid=${token}` },
      ],
      ['a bearer token', { authorization: `Bearer ${token}` }],
      ['a bearer token in lower case', { authorization: `bearer ${token}` }],
      ['a bearer token in upper case', { authorization: `BEARER ${token}` }],
      ['a bearer token after many blanks', { authorization: `Bearer  \t ${token}` }],
      ['a bearer token before blanks', { authorization: `Bearer ${token} \t ` }],
      ['a bearer token next to other cookies', { authorization: `Bearer ${token}`, cookie: 'a=1' }],
      ['the cookie next to Basic', { authorization: 'Basic YTpi', cookie: `__Host-sid=${token}` }],
      [
        'the cookie next to an empty Bearer',
        { authorization: 'Bearer', cookie: `__Host-sid=${token}` },
      ],
    ];
    await eachRow(
      rows,
      ([, headers]) => {
        expect(extractor.extract(headers)).toBe(token);
      },
      ([what]) => what,
    );
  });
});

describe('no token is extracted from', () => {
  it('anything else', async () => {
    const rows: [what: string, headers: TokenHeaders][] = [
      ['no headers', {}],
      ['an empty cookie header', { cookie: '' }],
      ['other cookies', { cookie: `sid=${token}; session=${token}` }],
      ['a cookie whose name ends alike', { cookie: `x__Host-sid=${token}` }],
      ['a cookie whose name begins alike', { cookie: `__Host-sid2=${token}` }],
      ['a cookie of other letters', { cookie: `__host-sid=${token}` }],
      ['the name in the value of another', { cookie: `a=__Host-sid=${token}` }],
      ['the name after a space in the value of another', { cookie: `a=b __Host-sid=${token}` }],
      ['the name after a comma', { cookie: `a=b, __Host-sid=${token}` }],
      ['a cookie in quotes', { cookie: `__Host-sid="${token}"` }],
      ['a percent-encoded cookie', { cookie: `__Host-sid=%${token.slice(1)}` }],
      ['a cookie encoded to another length', { cookie: `__Host-sid=%41${token.slice(1)}` }],
      ['a cookie of another alphabet', { cookie: `__Host-sid=${'+'.repeat(42)}A` }],
      ['a cookie that is too short', { cookie: `__Host-sid=${token.slice(1)}` }],
      ['a cookie that is too long', { cookie: `__Host-sid=A${token}` }],
      ['a cookie with a second spelling', { cookie: `__Host-sid=${'A'.repeat(42)}B` }],
      ['an empty cookie', { cookie: '__Host-sid=' }],
      ['a cookie without a value', { cookie: '__Host-sid' }],
      ['a cookie with a space before the value', { cookie: `__Host-sid= ${token}` }],
      ['a cookie with the byte A0 behind', { cookie: `__Host-sid=${token}\u00a0` }],
      ['the name after the byte A0', { cookie: `a=1;\u00a0__Host-sid=${token}` }],
      ['a cookie with a comma behind', { cookie: `__Host-sid=${token},` }],
      ['a signed cookie', { cookie: `__Host-sid=s:${token}.c2lnbmF0dXJl` }],
      ['Basic', { authorization: `Basic ${token}` }],
      ['a bare token', { authorization: token }],
      ['Bearer alone', { authorization: 'Bearer' }],
      ['Bearer with a space', { authorization: 'Bearer ' }],
      ['Bearer without a space', { authorization: `Bearer${token}` }],
      ['Bearer with something behind', { authorization: `Bearer ${token} x` }],
      ['Bearer with a list', { authorization: `Bearer ${token}, Bearer ${other}` }],
      ['Bearer with the byte A0 behind', { authorization: `Bearer ${token}\u00a0` }],
      ['Bearer with the byte A0 before the token', { authorization: `Bearer \u00a0${token}` }],
      ['Bearer in quotes', { authorization: `Bearer "${token}"` }],
      ['Bearer with a colon', { authorization: `Bearer: ${token}` }],
      ['Bearer as a parameter', { authorization: `Digest Bearer ${token}` }],
      ['a bearer token that is too short', { authorization: `Bearer ${token.slice(1)}` }],
    ];
    await eachRow(
      rows,
      ([, headers]) => {
        expect(extractor.extract(headers)).toBeNull();
      },
      ([what]) => what,
    );
  });
});

describe('a request is ambiguous with', () => {
  it('more than one token', async () => {
    const rows: [what: string, headers: TokenHeaders][] = [
      [
        'cookie and bearer token',
        { cookie: `__Host-sid=${token}`, authorization: `Bearer ${other}` },
      ],
      [
        'one token in both ways',
        { cookie: `__Host-sid=${token}`, authorization: `Bearer ${token}` },
      ],
      [
        'a token and a malformed bearer',
        { cookie: `__Host-sid=${token}`, authorization: 'Bearer x' },
      ],
      [
        'a malformed cookie and a bearer',
        { cookie: '__Host-sid=x', authorization: `Bearer ${token}` },
      ],
      ['two cookies', { cookie: `__Host-sid=${token}; __Host-sid=${other}` }],
      ['one cookie twice', { cookie: `__Host-sid=${token}; a=1; __Host-sid=${token}` }],
      ['a cookie and a malformed one', { cookie: `__Host-sid=${token}; __Host-sid=x` }],
      ['an empty cookie in front', { cookie: `__Host-sid=; __Host-sid=${token}` }],
      ['two malformed ones', { cookie: '__Host-sid=x; __Host-sid=y' }],
    ];
    await eachRow(
      rows,
      ([, headers]) => {
        expect(() => extractor.extract(headers)).toThrow(AmbiguousTokenError);
      },
      ([what]) => what,
    );
  });
});

describe('a Node.js request, which exposes one of several Authorization headers', () => {
  const authorization = `Bearer ${token}`;
  const twice = [
    'Authorization',
    authorization,
    'X-Other',
    'x',
    'authorization',
    `Bearer ${other}`,
  ];

  it('is ambiguous when it carries two', () => {
    const headers = { authorization };

    expect(() => extractor.extractFrom({ headers, rawHeaders: twice })).toThrow(
      AmbiguousTokenError,
    );
    expect(() => extractor.extractFrom({ headers, raw: { rawHeaders: twice } })).toThrow(
      AmbiguousTokenError,
    );
  });

  it('yields the token when it carries one', () => {
    const rawHeaders = [
      'Host',
      'authorization',
      'AUTHORIZATION',
      authorization,
      'X',
      'Authorization',
      'X-Authorization',
      'x',
      'Authorization-Info',
      'x',
    ];

    expect(extractor.extractFrom({ headers: { authorization }, rawHeaders })).toBe(token);
    expect(extractor.extractFrom({ headers: { authorization } })).toBe(token);
    expect(extractor.extractFrom({ headers: { authorization }, raw: { rawHeaders } })).toBe(token);
    expect(extractor.extractFrom({ headers: {}, rawHeaders: [] })).toBeNull();
  });
});

describe('a configured cookie name', () => {
  it.each(['sid', '__Secure-sid', '$odd.name+', '^a|b*'])(
    'replaces the default name: %s',
    (name) => {
      expect(extractorFor(name).extract({ cookie: `a=1; ${name}=${token}` })).toBe(token);
      expect(extractorFor(name).extract({ cookie: `__Host-sid=${token}` })).toBeNull();
    },
  );

  it('is not treated as a pattern', () => {
    expect(extractorFor('s.d').extract({ cookie: `sid=${token}` })).toBeNull();
  });
});

describe('the carrier of a token', () => {
  const cookie = `__Host-sid=${token}`;
  const carrierOf = (headers: TokenHeaders) => extractor.credentialOf({ headers })?.carrier ?? null;

  it('is reported, whatever other schemes are present', () => {
    expect(carrierOf({ cookie })).toBe('cookie');
    expect(carrierOf({ cookie, authorization: 'Basic YTpi' })).toBe('cookie');
    expect(carrierOf({ authorization: `Bearer ${token}` })).toBe('bearer');
    expect(carrierOf({ authorization: 'Basic YTpi' })).toBeNull();
    expect(carrierOf({})).toBeNull();
  });

  it('can be limited to the cookie or to the bearer token', () => {
    const both = { headers: { cookie, authorization: `Bearer ${other}` } };

    expect(extractorFor(undefined, 'cookie').extractFrom(both)).toBe(token);
    expect(extractorFor(undefined, 'bearer').extractFrom(both)).toBe(other);
    expect(extractorFor(undefined, 'cookie').allIn(both)).toEqual([token]);
    expect(extractorFor(undefined, 'bearer').allIn(both)).toEqual([other]);
    expect(extractorFor(undefined, 'bearer').carriesCookie(both.headers)).toBe(false);
    expect(extractorFor(undefined, 'cookie').carriesBearer(both.headers)).toBe(false);
  });

  it('does not matter when all tokens are collected', () => {
    const third = createToken();
    const request = {
      headers: {
        cookie: `${cookie}; theme=dark;  __Host-sid=${other} ;__Host-sid=${token}; __Host-sid=short`,
        authorization: `Bearer ${third}`,
      },
      rawHeaders: ['Authorization', `Bearer ${third}`, 'authorization', `bearer ${other}`],
    };

    expect(extractor.allIn(request).sort()).toEqual([token, other, third].sort());
    expect(extractor.allIn({ headers: {} })).toEqual([]);
  });

  it('can be each of several Authorization headers when all tokens are collected', () => {
    const [one, two] = [createToken(), createToken()];
    const rawHeaders = ['X', `Bearer ${other}`, 'Authorization', `Bearer ${one}`, 'a', 'b'];
    rawHeaders.push('AUTHORIZATION', `Bearer ${two}`);
    const headers = { authorization: `Bearer ${one}` };

    expect(extractor.allIn({ headers, rawHeaders })).toEqual([one, two]);
    expect(extractor.allIn({ headers, raw: { rawHeaders } })).toEqual([one, two]);
    expect(extractor.allIn({ headers })).toEqual([one]);
  });

  it('is restricted to the configured carrier when all tokens are collected', () => {
    const request = { headers: { cookie, authorization: `Bearer ${other}` } };

    expect(extractorFor(undefined, 'cookie').allIn(request)).toEqual([token]);
    expect(extractorFor(undefined, 'bearer').allIn(request)).toEqual([other]);
  });

  it('is detected separately for cookie and bearer token, even for an invalid token', async () => {
    const rows: [headers: TokenHeaders, cookie: boolean, bearer: boolean][] = [
      [{}, false, false],
      [{ cookie: 'theme=dark' }, false, false],
      [{ cookie: 'x__Host-sid=1' }, false, false],
      [{ cookie: '__Host-sid=x' }, true, false],
      [{ cookie: `a=1; ${cookie}` }, true, false],
      [{ authorization: 'Basic YTpi' }, false, false],
      [{ authorization: 'Bearer x' }, false, true],
      [{ cookie, authorization: `Bearer ${other}` }, true, true],
    ];
    await eachRow(rows, ([headers, hasCookie, hasBearer]) => {
      expect(extractor.carriesCookie(headers)).toBe(hasCookie);
      expect(extractor.carriesBearer(headers)).toBe(hasBearer);
      expect(extractorFor(undefined, 'bearer').carriesCookie(headers)).toBe(false);
      expect(extractorFor(undefined, 'cookie').carriesBearer(headers)).toBe(false);
    });
  });
});

describe('the header names of calls and identities', () => {
  it('are part of the protocol between services', () => {
    expect([CALL_HEADER, IDENTITY_HEADER]).toEqual(['x-session-call', 'x-session-identity']);
  });
});
