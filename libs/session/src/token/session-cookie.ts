import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { serialize, type SerializeOptions } from 'cookie';
import { SESSION_OPTIONS } from '../options/session-options.token.js';
import type { SessionOptions } from '../options/session.options.js';

/** What is read of a request here. */
export interface CookieRequest {
  readonly headers: { readonly cookie?: string | undefined; readonly host?: string | undefined };
}

/** Letters, digits and hyphens; as long as a name can be (RFC 1035, 2.3.4). */
const DOMAIN = /^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/;

/** Of a longer name the last ones count: each gives a header of its own. */
const MAX_LABELS = 6;

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

  /**
   * Sends the token to the browser. Takes the native response or what `@Res()` gives.
   *
   * @param request What the browser asked, so that a cookie of this name that it has in another form, from
   *   before `domain` was set or changed, is cleared: it would send both, which is refused.
   */
  write(response: unknown, token: string, request?: CookieRequest): void {
    if (request?.headers.cookie?.includes(this.#name)) {
      for (const domain of this.#domainsAt(request)) {
        if (domain !== this.#attributes.domain) this.#clear(response, domain);
      }
    }
    this.#append(response, serialize(this.#name, token, this.#attributes));
  }

  /**
   * Tells the browser to forget the token; with the attributes that it was set with, as it must be.
   *
   * @param request What the browser asked, so that every form of the cookie is cleared, as by {@link write}.
   */
  clear(response: unknown, request?: CookieRequest): void {
    for (const domain of this.#domainsAt(request)) this.#clear(response, domain);
  }

  #clear(response: unknown, domain: string | undefined): void {
    const attributes = { ...this.#attributes, domain, expires: new Date(0) };
    this.#append(response, serialize(this.#name, '', attributes));
  }

  /** The domains that the cookie can have at a host, the configured one last; `undefined` for the host alone. */
  #domainsAt(request?: CookieRequest): Set<string | undefined> {
    const { domain } = this.#attributes;
    // RFC 6265bis, 4.1.3.2: browsers take this one for the host alone.
    if (/^__host-/i.test(this.#name)) return new Set([undefined]);
    const others = request ? [undefined, ...domainsOf(request.headers.host ?? '')] : [undefined];
    return new Set([...others.filter((other) => other !== domain), domain]);
  }

  #append(response: unknown, value: string): void {
    const { httpAdapter } = this.adapterHost;
    httpAdapter.appendHeader(response, 'Set-Cookie', value);
    // An answer that carries a token must not be kept by any cache (RFC 9111, 5.2.2.5).
    httpAdapter.setHeader(response, 'Cache-Control', 'no-store');
  }
}

/** A host and the domains above it, but for the last label, which no cookie can have. */
function domainsOf(host: string): string[] {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const labels = name.split('.').slice(-MAX_LABELS);
  if (!DOMAIN.test(name) || /^\d+$/.test(labels.at(-1) ?? '')) return [];
  return labels.slice(0, -1).map((_, at) => labels.slice(at).join('.'));
}
