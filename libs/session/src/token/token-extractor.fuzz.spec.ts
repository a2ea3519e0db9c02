import fc from 'fast-check';
import { fuzzed } from '../../../../tools/testing/fuzzed.js';
import { AmbiguousTokenError } from '../errors/ambiguous-token.error.js';
import { SessionOptions } from '../options/session.options.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { isToken } from './session-token.js';
import { TokenExtractor } from './token-extractor.js';
import type { TokenHeaders } from './token-headers.js';

const NAME = '__Host-sid';
const AMBIGUOUS = 'ambiguous';

const extractor = new TokenExtractor(new SessionOptions({ store: new MemorySessionStore() }));

/**
 * Header bytes as Node.js returns them: one character for each byte (RFC 9110, 5.5), no control character but
 * the tab.
 */
const text = fc.string({
  unit: fc
    .nat(0xff)
    .map((code) => (code < 0x20 || code === 0x7f ? '\t' : String.fromCharCode(code))),
  maxLength: 60,
});
const blank = fc.constantFrom(' ', '\t', '\u00a0', '  ', '\u0085');
const token = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('base64url'));
/** A token, or nearly one. */
const nearToken = fc.oneof(
  { weight: 3, arbitrary: token },
  fc
    .tuple(token, fc.nat(42), text)
    .map(([it, at, put]) => it.slice(0, at) + put + it.slice(at + 1)),
  fc.tuple(token, blank, fc.boolean()).map(([it, put, last]) => (last ? it + put : put + it)),
  // A second spelling of the same bytes: the last character sets bits that no byte uses.
  fc.tuple(token, fc.constantFrom('B', 'D', '-', '_')).map(([it, last]) => it.slice(0, -1) + last),
  token.map((it) => `"${it}"`),
  token.map((it) => `%${it.charCodeAt(0).toString(16)}${it.slice(1)}`),
  token.map((it) => Buffer.from(`${it.slice(1)}ü`).toString('latin1')),
  token.map((it) => `${it}=`),
  token.map((it) => it.repeat(100)),
);
const name = fc.constantFrom(
  ...[NAME, NAME, NAME, '__host-sid', 'x__Host-sid', '__Host-sid2', '__Host_sid', '%5f_Host-sid'],
  ...['"__Host-sid', ' __Host-sid', '__Host-sid ', '\u00a0__Host-sid', '\t__Host-sid', '', 'theme'],
  ...['__proto__', '$Version', '__Host-sid[]', '__Host-sid\u00ff'],
);
const pair = fc
  .tuple(name, fc.constantFrom('=', '=', '=', '', '==', ' =', '= '), nearToken)
  .map((parts) => parts.join(''));
const cookie = fc
  .array(
    fc.tuple(
      fc.oneof({ weight: 4, arbitrary: pair }, text),
      fc.constantFrom('; ', ';', ',', ' ', ';\t', ';;', ' ; ', '\u00a0;'),
    ),
  )
  .map((parts) => parts.flat().join(''));
const authorization = fc
  .tuple(
    fc.constantFrom(
      'Bearer',
      'bearer',
      'BEARER',
      'bEaReR',
      'Basic',
      'Bearer:',
      ' Bearer',
      'Bearer,',
      '',
    ),
    fc.array(blank, { maxLength: 2 }).map((blanks) => blanks.join('')),
    nearToken,
    fc.oneof(blank, text, fc.constantFrom('', ',', ', Bearer x')),
  )
  .map((parts) => parts.join(''));

const headers: fc.Arbitrary<TokenHeaders> = fc.oneof(
  fc.record({ cookie }),
  fc.record({ authorization }),
  fc.record({ cookie: fc.oneof(cookie, text), authorization: fc.oneof(authorization, text) }),
);

/**
 * Reads RFC 6265, 4.2.1 and RFC 6750, 2.1 by splitting: trims no other blanks than theirs, decodes nothing.
 */
function expected({ cookie, authorization }: TokenHeaders): string | null {
  const cookies = (cookie ?? '')
    .split(';')
    .map((it) => it.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((it) => it.startsWith(`${NAME}=`))
    .map((it) => it.slice(NAME.length + 1));
  const [, bearer] = /^bearer (.*)$/is.exec(authorization ?? '') ?? [];
  const candidates = [...cookies, ...(bearer === undefined ? [] : [bearer])];
  if (candidates.length > 1) return AMBIGUOUS;
  const credentials = bearer?.replace(/^[ \t]+|[ \t]+$/g, '') ?? cookies[0] ?? '';
  return isCanonical(credentials) ? credentials : null;
}

/** Whether a text is the canonical base64url of 32 bytes. */
function isCanonical(value: string): boolean {
  const bytes = Buffer.from(value, 'base64url');
  return bytes.length === 32 && bytes.toString('base64url') === value;
}

function extracted(from: TokenHeaders): string | null {
  try {
    return extractor.extract(from);
  } catch (error) {
    if (error instanceof AmbiguousTokenError) return AMBIGUOUS;
    throw error;
  }
}

describe('TokenExtractor', () => {
  it('follows the grammar of any headers: one token, no token or ambiguous', () => {
    fc.assert(
      fc.property(headers, (from) => {
        expect(extracted(from)).toBe(expected(from));
      }),
      fuzzed(1_000),
    );
  });

  it('accepts none of several Authorization headers', () => {
    const names = fc.constantFrom('authorization', 'Authorization', 'AUTHORIZATION');
    fc.assert(
      fc.property(fc.array(fc.tuple(names, authorization), { minLength: 2 }), (lines) => {
        const request = { headers: { authorization: lines[0]?.[1] }, rawHeaders: lines.flat() };
        const isBearer = /^bearer /i.test(request.headers.authorization ?? '');
        if (isBearer) expect(() => extractor.extractFrom(request)).toThrow(AmbiguousTokenError);
        else expect(extractor.extractFrom(request)).toBeNull();
      }),
      fuzzed(500),
    );
  });

  it('returns a token as it was sent', () => {
    const cookies = fc.array(
      text.filter((it) => !it.includes(NAME)).map((it) => it.replaceAll(';', '')),
    );
    fc.assert(
      fc.property(token, cookies, cookies, (sent, before, after) => {
        const cookie = [...before, `${NAME}=${sent}`, ...after].join('; ');
        expect(extractor.extract({ cookie })).toBe(sent);
        expect(extractor.extract({ authorization: `Bearer ${sent}` })).toBe(sent);
      }),
      fuzzed(700),
    );
  });
});

describe('isToken', () => {
  it('accepts a text exactly when it is the base64url of 32 bytes', () => {
    fc.assert(
      fc.property(fc.oneof(nearToken, text, fc.string({ unit: 'binary' })), (value) => {
        expect(isToken(value)).toBe(isCanonical(value));
      }),
      fuzzed(1_000),
    );
  });

  it('accepts the base64url of any 32 bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        expect(isToken(Buffer.from(bytes).toString('base64url'))).toBe(true);
      }),
      fuzzed(1_000),
    );
  });
});
