import type { IncomingMessage } from 'node:http';
import { isServiceName } from 'nest-sessions/common';

/** Request that a gateway describes before it forwards it to a service. */
export interface ForwardAuthRequest {
  /** Method and path of the request; `null` when the gateway only asks for a valid session. */
  readonly route: { readonly method: string; readonly path: string } | null;
  /** Service that the request is for, if the gateway names it. */
  readonly service?: string;
}

const PATH = '/auth/verify';

/** Headers in which gateways send the method and the target of a request. */
const FORMS: readonly (readonly [method: string, path: string])[] = [
  // nginx, by its configuration: auth_request by itself sends neither.
  ['x-original-method', 'x-original-uri'],
  // Traefik's ForwardAuth.
  ['x-forwarded-method', 'x-forwarded-uri'],
];

/** Names the service, where the gateway is configured to do so. */
const SERVICE_HEADER = 'x-verify-service';

/**
 * Headers of a gateway that are kept. All other headers are removed, so that they cannot change the response.
 */
const KEPT_HEADERS = ['host', 'cookie', 'authorization'];

/** RFC 9110, 9.1 and 5.6.2. */
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Visible ASCII: all characters of a request target as it is sent (RFC 9112, 3.2). */
const TARGET = /^[\x21-\x7e]+$/;
const forwarded = new WeakMap<IncomingMessage, ForwardAuthRequest | 'unclear'>();

/**
 * Reads the request that a gateway describes. The gateway's own request continues as `GET /auth/verify` without a body.
 *
 * Gateways copy the method, the path and the headers of the described request. It may
 * have any method, a malformed path, a foreign origin, a body's length and type, or the conditions of a
 * preflight or a cache. None of it concerns this app, and none of it may affect the response. The target
 * service decides whether the origin of the request may change something.
 */
export function takeForwardAuthRequest(request: IncomingMessage): void {
  const rest = restOf(request.url ?? '');
  if (rest === null) return;
  forwarded.set(request, readForwardAuthRequest(request, rest));
  request.method = 'GET';
  request.url = PATH;
  const { headers } = request;
  request.headers = Object.fromEntries(
    KEPT_HEADERS.filter((name) => headers[name] !== undefined).map((name) => [name, headers[name]]),
  );
}

/**
 * Returns the described request. `'unclear'` when the description has several readings, or none;
 * `null` for other requests.
 *
 * @param request Request of Express, or of Fastify, which wraps the request of Node.js.
 */
export function forwardAuthRequestOf(
  request: IncomingMessage | { readonly raw: IncomingMessage },
): ForwardAuthRequest | 'unclear' | null {
  return forwarded.get('raw' in request ? request.raw : request) ?? null;
}

/** Returns the part after this app's own path, as it was sent; `null` for other paths. */
function restOf(url: string): string | null {
  if (!url.startsWith(PATH)) return null;
  const rest = url.slice(PATH.length);
  // `*`: the target of OPTIONS in place of a path (RFC 9112, 3.2.4).
  return rest === '' || /^[/?*]/.test(rest) ? rest : null;
}

function readForwardAuthRequest(
  { method = '', headers }: IncomingMessage,
  rest: string,
): ForwardAuthRequest | 'unclear' {
  // Node.js joins repeated headers with a comma and a space, which none of these values may contain.
  const header = (name: string) => String(headers[name] ?? '');
  const forms = FORMS.map(([its, path]) => ({ method: header(its), path: header(path) }));
  // Envoy puts its own path before the path of the request, and keeps the method.
  if (!/^(\?|$)/.test(rest)) forms.push({ method, path: rest });
  // Without a value: some gateways clear a header in this way.
  const [route, ...others] = forms.filter((it) => it.method !== '' || it.path !== '');
  const service = header(SERVICE_HEADER);
  if (others.length > 0 || (service !== '' && !isServiceName(service))) return 'unclear';
  // A service without a route: the gateway is only half configured.
  if (route === undefined) return service === '' ? { route: null } : 'unclear';
  if (!METHOD.test(route.method) || !TARGET.test(route.path)) return 'unclear';
  return { route, ...(service === '' ? {} : { service }) };
}
