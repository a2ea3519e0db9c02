import { Inject, Injectable } from '@nestjs/common';
import { AmbiguousTokenError } from '../errors/ambiguous-token.error';
import { SESSION_OPTIONS } from '../options/session-options.token';
import type { SessionOptions } from '../options/session.options';
import { isToken } from './session-token';
import type { TokenHeaders, TokenRequest } from './token-headers';

/** The scheme of RFC 6750, 2.1, in whichever letters (RFC 9110, 11.1). */
const BEARER = 'bearer ';

/** Reads the token from a request: the session cookie, or `Authorization: Bearer`. Nothing else. */
@Injectable()
export class TokenExtractor {
  readonly #cookieName: string;

  constructor(@Inject(SESSION_OPTIONS) options: SessionOptions) {
    this.#cookieName = options.cookie.name;
  }

  /** {@link extract}, for a request of Express, Fastify or Node.js. */
  extractFrom({ headers, rawHeaders, raw }: TokenRequest): string | null {
    return this.extract(headers, rawHeaders ?? raw?.rawHeaders);
  }

  /**
   * The request's token, or `null` when it carries none that could be one.
   *
   * @param rawHeaders Names and values in turn, as Node.js received them: of several `Authorization`
   *   headers, `headers` holds only the first.
   * @throws AmbiguousTokenError when it carries more than one: the cookie twice, or a cookie and a
   *   bearer token. Taking either would let whoever can add one decide which account is used.
   */
  extract(headers: TokenHeaders, rawHeaders: readonly string[] = []): string | null {
    const cookies = headers.cookie === undefined ? [] : this.#cookieValues(headers.cookie);
    const bearer = bearerToken(headers.authorization);
    const authorizations = bearer === null ? 0 : Math.max(1, countAuthorization(rawHeaders));
    if (cookies.length + authorizations > 1) throw new AmbiguousTokenError();
    const candidate = bearer ?? cookies[0];
    return candidate !== undefined && isToken(candidate) ? candidate : null;
  }

  /**
   * The values of the session cookie, read without parsing the other cookies. A value is taken as it
   * stands: a token needs no quotes and no percent-encoding, so one that has them is not a token.
   */
  #cookieValues(header: string): string[] {
    const values: string[] = [];
    const prefix = `${this.#cookieName}=`;
    for (let start = header.indexOf(prefix); start !== -1;) {
      const end = header.indexOf(';', start);
      if (startsPair(header, start)) {
        values.push(header.slice(start + prefix.length, end === -1 ? undefined : end).trimEnd());
      }
      start = end === -1 ? -1 : header.indexOf(prefix, end);
    }
    return values;
  }
}

/** Whether a cookie pair begins here, so that `x__Host-sid=` or a value is not taken for the name. */
function startsPair(header: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && (header[before] === ' ' || header[before] === '\t')) before -= 1;
  return before < 0 || header[before] === ';';
}

function bearerToken(authorization: string | undefined): string | null {
  if (authorization === undefined) return null;
  const isBearer = authorization.slice(0, BEARER.length).toLowerCase() === BEARER;
  return isBearer ? authorization.slice(BEARER.length).trim() : null;
}

function countAuthorization(rawHeaders: readonly string[]): number {
  return rawHeaders.filter((name, at) => at % 2 === 0 && /^authorization$/i.test(name)).length;
}
