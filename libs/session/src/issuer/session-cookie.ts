import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { serialize, type SerializeOptions } from 'cookie';
import { SESSION_OPTIONS } from '../options/session-options.token.js';
import type { SessionOptions } from '../options/session.options.js';

/** Headers of a request that are read here. */
export interface CookieRequest {
  readonly headers: { readonly cookie?: string | undefined; readonly host?: string | undefined };
}

/** Letters, digits and hyphens, up to the maximum length of a name (RFC 1035, 2.3.4). */
const DOMAIN = /^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/;

/** Maximum number of labels that count, from the end of a name: each adds a header. */
const MAX_LABELS = 6;

/**
 * Writes and clears the session cookie, on any HTTP adapter.
 *
 * The cookie is a session cookie in the browser's sense as well (no `Max-Age`): the server decides how long
 * the session lives. `HttpOnly` hides it from scripts, `Secure` from the wire.
 *
 * @example
 * ```ts
 * @Controller('auth')
 * export class AuthController {
 *   constructor(
 *     private readonly manager: SessionManager,
 *     private readonly cookie: SessionCookie,
 *   ) {}
 *
 *   @Post('logout')
 *   @HttpCode(204)
 *   async logout(
 *     @CurrentSession() session: Session,
 *     @Req() request: Request,
 *     @Res({ passthrough: true }) response: Response,
 *   ) {
 *     await this.manager.revoke(session.id, { reason: 'signed-out' });
 *     this.cookie.clear(response, request);
 *   }
 * }
 * ```
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
   * Sends the token to the browser. Accepts the native response or the object of `@Res()`.
   *
   * @param request The browser's request. A cookie of this name in another form, from before `domain` was set
   *   or changed, is cleared. Otherwise the browser would send both, and the request would be rejected.
   *
   * @example
   * cookie.write(res, token, req);
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
   * Makes the browser delete the cookie, with the attributes with which it was set, as browsers require.
   *
   * @param request The browser's request, so that every form of the cookie is cleared, as by {@link write}.
   *
   * @example
   * cookie.clear(res, req);
   */
  clear(response: unknown, request?: CookieRequest): void {
    for (const domain of this.#domainsAt(request)) this.#clear(response, domain);
  }

  #clear(response: unknown, domain: string | undefined): void {
    const attributes = { ...this.#attributes, domain, expires: new Date(0) };
    this.#append(response, serialize(this.#name, '', attributes));
  }

  /**
   * Returns the domains of the cookie at a host, the configured domain last; `undefined` for the host alone.
   */
  #domainsAt(request?: CookieRequest): Set<string | undefined> {
    const { domain } = this.#attributes;
    // RFC 6265bis, 4.1.3.2: browsers accept this cookie for the host alone.
    if (/^__host-/i.test(this.#name)) return new Set([undefined]);
    const others = request ? [undefined, ...domainsOf(request.headers.host ?? '')] : [undefined];
    return new Set([...others.filter((other) => other !== domain), domain]);
  }

  #append(response: unknown, value: string): void {
    const { httpAdapter } = this.adapterHost;
    httpAdapter.appendHeader(response, 'Set-Cookie', value);
    // A response that carries a token must not be stored by any cache (RFC 9111, 5.2.2.5).
    httpAdapter.setHeader(response, 'Cache-Control', 'no-store');
  }
}

/** Returns a host and the domains above it, except the last label, which cannot have a cookie. */
function domainsOf(host: string): string[] {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const labels = name.split('.').slice(-MAX_LABELS);
  if (!DOMAIN.test(name) || /^\d+$/.test(labels.at(-1) ?? '')) return [];
  return labels.slice(0, -1).map((_, at) => labels.slice(at).join('.'));
}
