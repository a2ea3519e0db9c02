import { Inject, Injectable } from '@nestjs/common';
import { AmbiguousTokenError } from '../errors/ambiguous-token.error';
import { SESSION_OPTIONS } from '../options/session-options.token';
import type { SessionOptions } from '../options/session.options';
import { isToken } from './session-token';
import type { TokenHeaders, TokenRequest } from './token-headers';

/** The scheme of RFC 6750, 2.1, in whichever letters (RFC 9110, 11.1). */
const BEARER = 'bearer ';

const SEMICOLON = 0x3b;
const SPACE = 0x20;
const TAB = 0x09;

/** Reads the token from a request: the session cookie, or `Authorization: Bearer`. Nothing else. */
@Injectable()
export class TokenExtractor {
  /** What the pair of the session cookie begins with. */
  readonly #prefix: string;

  constructor(@Inject(SESSION_OPTIONS) options: SessionOptions) {
    this.#prefix = `${options.cookie.name}=`;
  }

  /** {@link extract}, for a request of Express, Fastify or Node.js. */
  extractFrom(request: TokenRequest): string | null {
    const { headers } = request;
    return headers.authorization === undefined
      ? this.extract(headers)
      : this.extract(headers, request.rawHeaders ?? request.raw?.rawHeaders);
  }

  /**
   * The request's token, or `null` when it carries none that could be one.
   *
   * @param rawHeaders Names and values in turn, as Node.js received them: of several `Authorization`
   *   headers, `headers` holds only the first.
   * @throws AmbiguousTokenError when it carries more than one: the cookie twice, or a cookie and a
   *   bearer token. Taking either would let whoever can add one decide which account is used.
   */
  extract(headers: TokenHeaders, rawHeaders?: readonly string[]): string | null {
    const cookie = headers.cookie === undefined ? null : this.#cookieValue(headers.cookie);
    const bearer = bearerToken(headers.authorization);
    if (bearer !== null && (cookie !== null || countAuthorization(rawHeaders) > 1)) {
      throw new AmbiguousTokenError();
    }
    const candidate = bearer ?? cookie;
    return candidate !== null && isToken(candidate) ? candidate : null;
  }

  /**
   * The value of the session cookie, read without parsing the other cookies. It is taken as it stands: a
   * token needs no quotes and no percent-encoding, so one that has them is not a token.
   */
  #cookieValue(header: string): string | null {
    const pair = this.#findPair(header, 0);
    if (pair === -1) return null;
    const start = pair + this.#prefix.length;
    const end = header.indexOf(';', start);
    if (end === -1) return withoutBlanksBehind(header.slice(start));
    if (this.#findPair(header, end) !== -1) throw new AmbiguousTokenError();
    return withoutBlanksBehind(header.slice(start, end));
  }

  /** Where the session cookie's pair begins, at or after a place; -1 when it is not there. */
  #findPair(header: string, from: number): number {
    let at = header.indexOf(this.#prefix, from);
    while (at !== -1 && !startsPair(header, at)) at = header.indexOf(this.#prefix, at + 1);
    return at;
  }
}

/** Whether a cookie pair begins here, so that `x__Host-sid=` or a value is not taken for the name. */
function startsPair(header: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && isBlank(header.charCodeAt(before))) before -= 1;
  return before < 0 || header.charCodeAt(before) === SEMICOLON;
}

function isBlank(character: number): boolean {
  return character === SPACE || character === TAB;
}

function withoutBlanks(text: string): string {
  let start = 0;
  while (isBlank(text.charCodeAt(start))) start += 1;
  return withoutBlanksBehind(text.slice(start));
}

/**
 * HTTP's blanks alone (RFC 9110, 5.6.3). `trimEnd()` would take the byte A0 as well, which others take for
 * part of the value: of one text there would be two readings.
 */
function withoutBlanksBehind(text: string): string {
  let end = text.length;
  while (isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

function bearerToken(authorization: string | undefined): string | null {
  if (authorization === undefined) return null;
  const isBearer = authorization.slice(0, BEARER.length).toLowerCase() === BEARER;
  return isBearer ? withoutBlanks(authorization.slice(BEARER.length)) : null;
}

function countAuthorization(rawHeaders: readonly string[] = []): number {
  return rawHeaders.filter((name, at) => at % 2 === 0 && /^authorization$/i.test(name)).length;
}
