import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { serialize, type SerializeOptions } from 'cookie';
import { SESSION_OPTIONS } from '../options/session-options.token';
import type { SessionOptions } from '../options/session.options';

/**
 * Writes and clears the session cookie, on whichever HTTP adapter the application runs.
 *
 * It is a session cookie in the browser's sense as well (no `Max-Age`): how long the session lives
 * is the server's to say. `HttpOnly` keeps it from scripts, `Secure` from the wire.
 */
@Injectable()
export class SessionCookie {
  readonly #name: string;
  readonly #attributes: SerializeOptions;

  constructor(
    @Inject(SESSION_OPTIONS) options: SessionOptions,
    private readonly adapterHost: HttpAdapterHost,
  ) {
    const { name, sameSite, domain } = options.cookie;
    this.#name = name;
    this.#attributes = { path: '/', secure: true, httpOnly: true, sameSite, domain };
  }

  /** Sends the token to the browser. Takes the native response or what `@Res()` gives. */
  write(response: unknown, token: string): void {
    this.#append(response, serialize(this.#name, token, this.#attributes));
  }

  /** Tells the browser to forget the token; with the attributes that it was set with, as it must be. */
  clear(response: unknown): void {
    this.#append(
      response,
      serialize(this.#name, '', { ...this.#attributes, expires: new Date(0) }),
    );
  }

  #append(response: unknown, value: string): void {
    const { httpAdapter } = this.adapterHost;
    httpAdapter.appendHeader(response, 'Set-Cookie', value);
    // An answer that carries a token must not be kept by any cache (RFC 9111, 5.2.2.5).
    httpAdapter.setHeader(response, 'Cache-Control', 'no-store');
  }
}
