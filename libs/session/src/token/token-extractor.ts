import { Inject, Injectable } from '@nestjs/common';
import { AmbiguousTokenError } from '../errors/ambiguous-token.error.js';
import { SESSION_OPTIONS } from '../options/session-options.token.js';
import type { SessionOptions } from '../options/session.options.js';
import { isToken } from './session-token.js';
import type { TokenHeaders, TokenRequest } from './token-headers.js';

/** The scheme of RFC 6750, 2.1, case-insensitive (RFC 9110, 11.1). */
const BEARER = 'bearer ';

const SEMICOLON = 0x3b;
const SPACE = 0x20;
const TAB = 0x09;

/** Carrier of a token: a browser adds a cookie by itself, a client sets a bearer token on purpose. */
export type TokenCarrier = 'cookie' | 'bearer';

/** A token as it stands in a request, possibly malformed. */
export interface Credential {
  readonly text: string;
  readonly carrier: TokenCarrier;
}

/**
 * Reads the token from a request: the session cookie, or `Authorization: Bearer`, according to the option
 * `tokenFrom`. Nothing else is read; another scheme, such as Basic, says nothing about sessions.
 */
@Injectable()
export class TokenExtractor {
  /** Start of the session cookie's pair. */
  readonly #prefix: string;
  readonly #readsCookie: boolean;
  readonly #readsBearer: boolean;

  constructor(@Inject(SESSION_OPTIONS) { cookie, tokenFrom }: SessionOptions) {
    this.#prefix = `${cookie.name}=`;
    this.#readsCookie = tokenFrom !== 'bearer';
    this.#readsBearer = tokenFrom !== 'cookie';
  }

  /**
   * Same as {@link extract}, for a request of Express, Fastify or Node.js.
   *
   * @example
   * const token = tokens.extractFrom(req);
   */
  extractFrom(request: TokenRequest): string | null {
    return tokenIn(this.credentialOf(request));
  }

  /**
   * Returns the request's token, or `null` when the request carries no well-formed token.
   *
   * @param rawHeaders Names and values in turn, as Node.js received them: of several `Authorization` headers,
   *   `headers` holds only the first.
   * @throws AmbiguousTokenError when the request carries more than one: the cookie twice, or a cookie and a
   *   bearer token. Taking either would let an attacker who can add a token decide which account is used.
   */
  extract(headers: TokenHeaders, rawHeaders?: readonly string[]): string | null {
    return tokenIn(this.#credentialIn(headers, rawHeaders));
  }

  /**
   * Returns the credential of a request and its carrier; `null` when there is no credential.
   *
   * @throws AmbiguousTokenError when the request carries more than one, as in {@link extract}
   */
  credentialOf(request: TokenRequest): Credential | null {
    const { headers } = request;
    return headers.authorization === undefined
      ? this.#credentialIn(headers)
      : this.#credentialIn(headers, rawHeadersOf(request));
  }

  /**
   * Returns every token that a request carries: for a sign-in or a logout, which ends all of them.
   *
   * @example
   * ```ts
   * // A sign-in ends the sessions that the browser had before.
   * const replaces = tokens.allIn(req).map((token) => sessionIdOf(token));
   * ```
   */
  allIn(request: TokenRequest): string[] {
    const found = [
      ...this.#cookieValues(request.headers.cookie ?? ''),
      ...this.#bearersIn(request),
    ];
    return [...new Set(found.filter(isToken))];
  }

  /** Whether a request carries the session cookie, once or several times. */
  carriesCookie({ cookie }: TokenHeaders): boolean {
    return this.#readsCookie && cookie !== undefined && this.#findPair(cookie, 0) !== -1;
  }

  /** Whether a request carries a bearer token. */
  carriesBearer({ authorization }: TokenHeaders): boolean {
    return this.#readsBearer && bearerToken(authorization) !== null;
  }

  #credentialIn(headers: TokenHeaders, rawHeaders?: readonly string[]): Credential | null {
    const cookie =
      this.#readsCookie && headers.cookie !== undefined ? this.#cookieValue(headers.cookie) : null;
    const bearer = this.#readsBearer ? bearerToken(headers.authorization) : null;
    if (bearer !== null) {
      if (cookie !== null || countAuthorization(rawHeaders) > 1) throw new AmbiguousTokenError();
      return { text: bearer, carrier: 'bearer' };
    }
    return cookie === null ? null : { text: cookie, carrier: 'cookie' };
  }

  #bearersIn(request: TokenRequest): string[] {
    if (!this.#readsBearer) return [];
    const raw = rawHeadersOf(request) ?? [];
    const all = raw.filter((_, at) => at % 2 === 1 && isAuthorization(raw[at - 1]));
    const { authorization } = request.headers;
    return [...all, authorization].map(bearerToken).filter((token) => token !== null);
  }

  #cookieValues(header: string): string[] {
    const values: string[] = [];
    if (!this.#readsCookie) return values;
    for (let at = this.#findPair(header, 0); at !== -1;) {
      const start = at + this.#prefix.length;
      const end = header.indexOf(';', start);
      values.push(withoutBlanksBehind(header.slice(start, end === -1 ? undefined : end)));
      at = end === -1 ? -1 : this.#findPair(header, end);
    }
    return values;
  }

  /**
   * Returns the value of the session cookie without parsing the other cookies. The value is taken verbatim: a
   * token needs no quotes and no percent-encoding, so a value that has them is not a token.
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

  /** Returns the index of the session cookie's pair, at or after `from`; -1 when the pair is absent. */
  #findPair(header: string, from: number): number {
    let at = header.indexOf(this.#prefix, from);
    while (at !== -1 && !startsPair(header, at)) at = header.indexOf(this.#prefix, at + 1);
    return at;
  }
}

/** Whether a cookie pair starts here, so that `x__Host-sid=` or a value is not mistaken for the name. */
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
 * Trims only HTTP's blanks (RFC 9110, 5.6.3). `trimEnd()` would also trim the byte A0, which other parsers
 * read as part of the value: the text would have two readings.
 */
function withoutBlanksBehind(text: string): string {
  let end = text.length;
  while (isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

function tokenIn(credential: Credential | null): string | null {
  return credential !== null && isToken(credential.text) ? credential.text : null;
}

function rawHeadersOf({ rawHeaders, raw }: TokenRequest): readonly string[] | undefined {
  return rawHeaders ?? raw?.rawHeaders;
}

function isAuthorization(name: string | undefined): boolean {
  return name !== undefined && /^authorization$/i.test(name);
}

function bearerToken(authorization: string | undefined): string | null {
  if (authorization === undefined) return null;
  const isBearer = authorization.slice(0, BEARER.length).toLowerCase() === BEARER;
  return isBearer ? withoutBlanks(authorization.slice(BEARER.length)) : null;
}

function countAuthorization(rawHeaders: readonly string[] = []): number {
  return rawHeaders.filter((name, at) => at % 2 === 0 && isAuthorization(name)).length;
}
