import type { Exchange } from '../measure/exchange';

/** Session sources of the measured services. */
export const SERVICES = ['redis', 'near-cached', 'rpc', 'rpc, cached', 'gateway'] as const;

export type ServiceKind = (typeof SERVICES)[number];

/** Lifetime of an introspected session in the cache of `rpc, cached`. */
export const RPC_CACHE = '2s';

/** Addresses and secrets that a service may need. */
export interface Places {
  readonly redisUrl: string;
  readonly authUrl: string;
  readonly authRpcPort: number;
  /** Secret with which services sign their calls. */
  readonly secret: string;
}

/** Returns the environment variables of a session source, and no others. */
export function settingsOf(kind: ServiceKind, places: Places): NodeJS.ProcessEnv {
  const { redisUrl, authUrl, authRpcPort, secret } = places;
  const rpc = {
    SESSION_CALL_SECRET: secret,
    AUTH_RPC_HOST: '127.0.0.1',
    AUTH_RPC_PORT: String(authRpcPort),
  };
  switch (kind) {
    case 'redis':
      return { SESSION_SOURCE: 'redis', REDIS_URL: redisUrl };
    case 'near-cached':
      return { SESSION_SOURCE: 'redis', REDIS_URL: redisUrl, SESSION_NEAR_CACHE: 'on' };
    case 'rpc':
    case 'rpc, cached':
      return { ...rpc, SESSION_SOURCE: 'rpc' };
    case 'gateway':
      // It asks auth nothing, but publishes its route requirements over RPC.
      return { ...rpc, SESSION_SOURCE: 'gateway', AUTH_URL: authUrl };
  }
}

/** Ingress of a request. */
export type Ingress =
  /** Straight to the service, with the token. */
  | 'service'
  /** This program is the gateway: it calls auth and forwards the identity. */
  | 'verify'
  | 'nginx';

/** A session source behind an ingress. */
export interface Topology {
  readonly name: string;
  readonly service: ServiceKind;
  readonly ingress: Ingress;
  /** Requests that one request causes, with empty caches. */
  readonly hops: string;
}

export const TOPOLOGIES: readonly Topology[] = [
  { name: 'redis', service: 'redis', ingress: 'service', hops: '1: Redis' },
  { name: 'redis, near-cached', service: 'near-cached', ingress: 'service', hops: '0' },
  { name: 'rpc', service: 'rpc', ingress: 'service', hops: '2: auth, its Redis' },
  {
    name: `rpc, cached for ${RPC_CACHE}`,
    service: 'rpc, cached',
    ingress: 'service',
    hops: '0 (2 every 2 s)',
  },
  { name: 'gateway', service: 'gateway', ingress: 'verify', hops: '2: auth, its Redis' },
  {
    name: 'gateway, nginx',
    service: 'gateway',
    ingress: 'nginx',
    hops: '3: auth, its Redis, the service',
  },
];

/** URLs of the ingresses. */
export interface IngressUrls {
  readonly authUrl: string;
  readonly serviceUrl: string;
  /** `null` without nginx. */
  readonly nginxUrl: string | null;
}

/** A request to a route of orders. */
export interface OrdersCall {
  readonly method?: string;
  readonly body?: string;
}

const PATH = '/orders';

/** Returns a request to orders through an ingress, without a token for an anonymous one. */
export function exchangeThrough(
  ingress: Ingress,
  { authUrl, serviceUrl, nginxUrl }: IngressUrls,
  token: string | null,
  { method = 'GET', body }: OrdersCall = {},
): Exchange {
  const credential: Record<string, string> =
    token === null ? {} : { authorization: `Bearer ${token}` };
  const content: Record<string, string> =
    body === undefined ? {} : { 'content-type': 'application/json' };
  const headers = { ...credential, ...content };
  const base = ingress === 'nginx' ? nginxUrl : serviceUrl;
  if (base === null) throw new Error('nginx is not installed');
  const plain = { url: `${base}${PATH}`, method, headers, ...(body === undefined ? {} : { body }) };
  if (ingress !== 'verify') return plain;
  const question = {
    'x-original-method': method,
    'x-original-uri': PATH,
    'x-verify-service': 'orders',
  };
  return {
    ...plain,
    verify: { url: `${authUrl}/auth/verify`, headers: { ...credential, ...question } },
  };
}
