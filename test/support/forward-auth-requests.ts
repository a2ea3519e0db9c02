import { answerIn, exchange, head, type RawAnswer } from './exchange';
import { extAuthzOf, forwardAuthOf, readEnvoy, readTraefik } from './gateway-files';

/** A request as a client sent it to the gateway. */
export interface GatewayRequest {
  readonly method: string;
  readonly target: string;
  readonly service: string;
  /** Headers of the client, after the gateway has removed those that a client must not set. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/**
 * A gateway's verification request, byte for byte, and the response headers that it copies to the service.
 */
export interface Gateway {
  readonly name: string;
  ask(request: GatewayRequest): Promise<string>;
  /** Returns the names of the headers, in lower case. */
  copied(): Promise<readonly string[]>;
}

/**
 * Writes a request like Go's net/http: `Host` and `User-Agent`, then all others sorted, in canonical case.
 */
export const traefik: Gateway = {
  name: 'Traefik',
  async ask({ method, target, service, headers }) {
    const { authRequestHeaders } = forwardAuthOf(await readTraefik());
    const lines = [...headers, ['X-Verify-Service', service]]
      .filter(([name = '']) => authRequestHeaders.includes(name))
      .map((it) => it.join(': '));
    const own = [
      'X-Forwarded-For: 192.0.2.7',
      'X-Forwarded-Host: app.example.com',
      `X-Forwarded-Method: ${method}`,
      'X-Forwarded-Proto: https',
      `X-Forwarded-Uri: ${target}`,
    ];
    return head(
      'GET /auth/verify HTTP/1.1',
      'Host: auth:3000',
      'User-Agent: Go-http-client/1.1',
      ...[...lines, ...own].sort(),
      'Accept-Encoding: gzip',
    );
  },
  async copied() {
    const { authResponseHeaders } = forwardAuthOf(await readTraefik());
    return authResponseHeaders.map((name) => name.toLowerCase());
  },
};

/** Sends the request's own method and host, its path after the prefix, and all names in lower case. */
export const envoy: Gateway = {
  name: 'Envoy',
  async ask({ method, target, service, headers }) {
    const { allowed_headers: allowed, http_service: http } = extAuthzOf(await readEnvoy());
    const names = allowed.patterns.map(({ exact }) => exact);
    const lines = [...headers, ['X-Verify-Service', service]]
      .map(([name = '', value = '']) => [name.toLowerCase(), value])
      .filter(([name = '']) => names.includes(name))
      .map((it) => it.join(': '));
    return head(
      `${method} ${http.path_prefix}${target} HTTP/1.1`,
      'host: app.example.com',
      'content-length: 0',
      ...lines,
      'x-envoy-internal: true',
      'x-forwarded-for: 192.0.2.7',
      'x-envoy-expected-rq-timeout-ms: 2000',
    );
  },
  async copied() {
    const { authorization_response: response } = extAuthzOf(await readEnvoy()).http_service;
    return response.allowed_upstream_headers.patterns.map(({ exact }) => exact);
  },
};

/** Second request that makes a server close a kept-alive connection. */
const LAST = head('GET /health/live HTTP/1.1', 'Host: auth', 'Connection: close');

/** Sends auth a gateway's verification request, and returns only the first answer. */
export async function askAs(
  gateway: Gateway,
  authUrl: string,
  request: GatewayRequest,
): Promise<RawAnswer> {
  return sendToAuth(authUrl, await gateway.ask(request));
}

/** Sends a verification request unchanged, and returns only the first answer. */
export async function sendToAuth(authUrl: string, question: string): Promise<RawAnswer> {
  return answerIn(await exchange(authUrl, question + LAST));
}
