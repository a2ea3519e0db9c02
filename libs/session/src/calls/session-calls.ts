import { channel } from 'node:diagnostics_channel';
import { Injectable, Optional } from '@nestjs/common';
import { type ClientOptions, Transport } from '@nestjs/microservices';
import { ThrottledLogger } from '../common/throttled-logger.js';
import { RequestEndedError } from '../errors/request-ended.error.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { SessionInstruments } from '../instruments/session-instruments.js';
import { SessionSource } from '../source/session.source.js';
import { TokenExtractor } from '../token/token-extractor.js';
import { CALL_HEADER } from '../token/token-headers.js';
import {
  type CallContent,
  type CalledMessage,
  type CalledUrl,
  contentOf,
  UNREAD,
} from './call-content.js';
import { CallTokens } from './call-tokens.js';
import { inCallersContext } from './in-callers-context.js';
import { isJson } from './is-json.js';
import { OnBehalf, onBehalf } from './on-behalf.js';
import { withHeaders } from './with-headers.js';

/** Interval in which refused late calls are logged once, in milliseconds. */
const FAILURE_INTERVAL = 60_000;

/**
 * Requests of `fetch`, to which an instrumentation of `fetch` adds its own headers. A second header of the same
 * name would make both invalid.
 */
const FETCHES = channel('undici:request:create');

/**
 * Adds the session of the request being served to calls to other services. The guard of the called service
 * reads the session; the data of the handlers does not contain it.
 *
 * A call is signed by this service, names the session and contains no token. With the module option
 * `forwardToken`, the call carries the token itself. Outside of a request, a service calls under its own name,
 * which needs a `secret`. A request without a session makes anonymous calls.
 *
 * A call carries the session of the request that caused it. Work shared by several requests, such as a batch,
 * a cache fill or a queue, calls on behalf of the request that started the work. Use {@link asService} for
 * such work, or bind the part of each request with {@link bind}. After the response, calls fail with
 * `RequestEndedError`.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class Products {
 *   constructor(private readonly calls: SessionCalls) {}
 *
 *   async prices(): Promise<unknown> {
 *     const response = await this.calls.fetch('products', 'http://products:3002/products');
 *     return response.json();
 *   }
 * }
 * ```
 */
@Injectable()
export class SessionCalls {
  readonly #failures = new ThrottledLogger(SessionCalls.name, FAILURE_INTERVAL);

  constructor(
    private readonly source: SessionSource,
    private readonly tokens: TokenExtractor,
    private readonly calls: CallTokens,
    @Optional() private readonly instruments: SessionInstruments = new SessionInstruments(),
  ) {}

  /**
   * Returns the options of a Nest client that adds the caller to each call, for `ClientsModule.registerAsync`
   * or `ClientProxyFactory.create`. `retry` and a second call in `mergeMap` are on behalf of the same session
   * as the first call.
   *
   * @param audience The `service` of the called service.
   * @throws SessionOptionsError for a transport that cannot carry the session safely
   *
   * @example
   * ```ts
   * ClientsModule.registerAsync([
   *   {
   *     name: PRODUCTS_CLIENT,
   *     inject: [SessionCalls],
   *     useFactory: (calls: SessionCalls) =>
   *       calls.client('products', { transport: Transport.TCP, options: { host: 'products' } }),
   *   },
   * ]);
   * ```
   */
  client<T extends ClientOptions>(audience: string, client: T): T {
    const headers = (content: CallContent) => ({
      ...this.instruments.headers(),
      ...this.#headers(audience, content),
    });
    const { transport = Transport.TCP } = client as { transport?: Transport };
    const carrying = inCallersContext(withHeaders(client, headers));
    switch (transport) {
      case Transport.REDIS:
        this.#requireSigned(
          "This transport would send the user's token to Redis, where it could be read",
        );
        break;
      case Transport.NATS:
      case Transport.RMQ:
        this.#requireSigned(
          "This transport would send the user's token to a broker, where it could be read",
        );
        break;
      default:
    }
    return carrying;
  }

  /**
   * Calls `fetch` with headers that identify the caller. Redirects fail unless `init` allows them: they could
   * carry the session to another server.
   *
   * @param audience The `service` of the called service.
   * @throws RequestEndedError
   *
   * @example
   * ```ts
   * const response = await calls.fetch('products', 'http://products:3002/products');
   * ```
   */
  async fetch(audience: string, url: string | URL, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    const call = { method: init.method, url, body: bodyOf(init, headers) };
    const added = { ...this.#instrumentHeaders(headers), ...this.headersFor(audience, call) };
    for (const [name, value] of Object.entries(added)) headers.set(name, value);
    return fetch(url, { redirect: 'error', ...init, headers });
  }

  /**
   * Returns headers that identify the caller, for other clients: names in lower case, and their values. Use
   * them for this one call.
   *
   * @param audience The `service` of the called service.
   * @param call Message or request as it will be sent: its content is signed with the call.
   * @throws RequestEndedError
   *
   * @example
   * const order = { id: 'tea' };
   * const headers = calls.headersFor('products', { method: 'POST', url, body: order });
   * await http.post(url, order, { headers }); // HttpService of @nestjs/axios, for instance
   */
  headersFor(audience: string, call: CalledMessage | CalledUrl): Readonly<Record<string, string>> {
    return this.#headers(audience, contentOf(call));
  }

  /**
   * Runs work whose calls are this service's own, on behalf of no user, even within a user's request.
   *
   * @throws SessionOptionsError without a `secret`
   *
   * @example
   * ```ts
   * await calls.asService(() => calls.fetch('mailer', url, { method: 'POST' }));
   * ```
   */
  asService<T>(work: () => T): T {
    this.#requireSigned('A call that a service makes as itself must be signed');
    return onBehalf.run(undefined, work);
  }

  /**
   * Binds work to the current request. Whenever the work runs, it calls on behalf of that request: after the
   * response, or within a batch of several requests. Calls are denied once the session has ended.
   *
   * @throws RequestEndedError when the request is answered already
   *
   * @example
   * const send = calls.bind(() => calls.fetch('mailer', url, { method: 'POST' }));
   * setTimeout(() => void send(), 60_000);
   */
  bind<A extends unknown[], R>(work: (...args: A) => R): (...args: A) => R {
    const behalf = onBehalf.getStore();
    if (behalf?.hasEnded) throw new RequestEndedError('Nothing was bound');
    const lasting = behalf && new OnBehalf(behalf.session, behalf.request);
    return (...args) => onBehalf.run(lasting, () => work(...args));
  }

  /** Returns the headers of the instruments, unless the application or an instrumentation of `fetch` sets them. */
  #instrumentHeaders(given: Headers): Readonly<Record<string, string>> {
    const own = FETCHES.hasSubscribers ? {} : this.instruments.headers();
    return Object.keys(own).some((name) => given.has(name)) ? {} : own;
  }

  #headers(audience: string, content: CallContent): Readonly<Record<string, string>> {
    const behalf = onBehalf.getStore();
    if (behalf === null) return {};
    if (behalf?.hasEnded) throw this.#tooLate(audience);
    if (this.calls.isSigning) {
      const reference = behalf ? this.source.refer(behalf.session) : null;
      return { [CALL_HEADER]: this.calls.sign(audience, reference, content) };
    }
    const token = behalf ? this.tokens.extractFrom(behalf.request) : null;
    return token === null ? {} : { authorization: `Bearer ${token}` };
  }

  /** Returns the error, and logs it, because calls after the response are often not awaited. */
  #tooLate(audience: string): RequestEndedError {
    const error = new RequestEndedError(`'${audience}' was not called`);
    this.#failures.report(error);
    return error;
  }

  #requireSigned(reason: string): void {
    if (this.calls.isSigning) return;
    throw new SessionOptionsError(`${reason}. Give SessionCallsModule a 'secret'.`);
  }
}

/** Returns the body as the receiver parses it; a body other than JSON is not signed. */
function bodyOf({ body }: RequestInit, headers: Headers): unknown {
  if (body === null || body === undefined) return undefined;
  if (typeof body !== 'string' || !isJson(headers.get('content-type'))) return UNREAD;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return UNREAD;
  }
}
