import type { IncomingMessage } from 'node:http';
import { isServiceName } from 'nest-sessions';

/** What a gateway asks before it lets a request through to a service. */
export interface GatewayQuestion {
  /** The request; `null` when it asks for no more than whether somebody is signed in. */
  readonly route: { readonly method: string; readonly path: string } | null;
  /** The service that it is for, where the gateway says so. */
  readonly service?: string;
}

const PATH = '/auth/verify';

/** The headers in which gateways tell a request's method and its target. */
const FORMS: readonly (readonly [method: string, path: string])[] = [
  // nginx, by its configuration: auth_request tells nothing by itself.
  ['x-original-method', 'x-original-uri'],
  // Traefik's ForwardAuth.
  ['x-forwarded-method', 'x-forwarded-uri'],
];

/** Names the service, where the gateway is told to. */
const SERVICE_HEADER = 'x-verify-service';

/** What is left of a gateway's headers for the rest of the way: nothing that could change the answer. */
const KEPT_HEADERS = ['host', 'cookie', 'authorization'];

/** RFC 9110, 9.1 and 5.6.2. */
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Visible ASCII: all that a request's target may hold as it is sent (RFC 9112, 3.2). */
const TARGET = /^[\x21-\x7e]+$/;
const questions = new WeakMap<IncomingMessage, GatewayQuestion | 'unclear'>();

/**
 * Takes a gateway's question out of its request, which goes on as `GET /auth/verify` without a body.
 *
 * Gateways send the method, the path and the headers of the request that they ask about. That one may have
 * any method, a path that is not well-formed, a foreign origin, a body's length and type, a preflight's or a
 * cache's conditions: none of it is about this app, and it must not be answered as if it were. Whether its
 * origin may change something is for the service to say that it goes to.
 */
export function takeGatewayQuestion(request: IncomingMessage): void {
  const rest = restOf(request.url ?? '');
  if (rest === null) return;
  questions.set(request, readQuestion(request, rest));
  request.method = 'GET';
  request.url = PATH;
  const { headers } = request;
  request.headers = Object.fromEntries(
    KEPT_HEADERS.filter((name) => headers[name] !== undefined).map((name) => [name, headers[name]]),
  );
}

/**
 * The question that came with a request. `'unclear'` when it can be read in more ways than one, or not at
 * all; `null` when there is none.
 *
 * @param request Of Express or of Fastify, which wraps Node.js' own.
 */
export function gatewayQuestionOf(
  request: IncomingMessage | { readonly raw: IncomingMessage },
): GatewayQuestion | 'unclear' | null {
  return questions.get('raw' in request ? request.raw : request) ?? null;
}

/** What follows this app's own path, as it was sent; `null` for other paths. */
function restOf(url: string): string | null {
  if (!url.startsWith(PATH)) return null;
  const rest = url.slice(PATH.length);
  // `*`: what OPTIONS may ask about in place of a path (RFC 9112, 3.2.4).
  return rest === '' || /^[/?*]/.test(rest) ? rest : null;
}

function readQuestion(
  { method = '', headers }: IncomingMessage,
  rest: string,
): GatewayQuestion | 'unclear' {
  // Of a header that is there twice Node.js makes one, with a comma and a blank, which none of these may have.
  const told = (name: string) => String(headers[name] ?? '');
  const forms = FORMS.map(([its, path]) => ({ method: told(its), path: told(path) }));
  // Envoy puts its own path before that of the request, whose method it keeps.
  if (!/^(\?|$)/.test(rest)) forms.push({ method, path: rest });
  // Without a value: some gateways clear a header so.
  const [route, ...others] = forms.filter((it) => it.method !== '' || it.path !== '');
  const service = told(SERVICE_HEADER);
  if (others.length > 0 || (service !== '' && !isServiceName(service))) return 'unclear';
  // A service without a route: the gateway is only half configured.
  if (route === undefined) return service === '' ? { route: null } : 'unclear';
  if (!METHOD.test(route.method) || !TARGET.test(route.path)) return 'unclear';
  return { route, ...(service === '' ? {} : { service }) };
}
