import type { Exchange } from '../measure/exchange';

/** The services that are measured, by how they learn who is asking. */
export const SERVICES = ['redis', 'near-cached', 'rpc', 'rpc, cached', 'gateway'] as const;

export type ServiceKind = (typeof SERVICES)[number];

/** How long `rpc, cached` keeps what it was told. */
export const RPC_CACHE = '2s';

/** Where things are that a service may need. */
export interface Places {
  readonly redisUrl: string;
  readonly authUrl: string;
  readonly authRpcPort: number;
  /** With which services prove their names to each other. */
  readonly secret: string;
}

/** What a service is told in its environment to learn who is asking; nothing that it does not need. */
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
      // It asks auth nothing, but tells it what its routes demand.
      return { ...rpc, SESSION_SOURCE: 'gateway', AUTH_URL: authUrl };
  }
}

/** Through which door a request comes in. */
export type Door =
  /** Straight to the service, with the token. */
  | 'service'
  /** This program is the gateway: it asks auth, and sends the identity along. */
  | 'verify'
  | 'nginx';

/** One of what is compared. */
export interface Topology {
  readonly name: string;
  readonly service: ServiceKind;
  readonly door: Door;
  /** What one request causes beside the client's own, when nothing is in memory. */
  readonly hops: string;
}

export const TOPOLOGIES: readonly Topology[] = [
  { name: 'redis', service: 'redis', door: 'service', hops: '1: Redis' },
  { name: 'redis, near-cached', service: 'near-cached', door: 'service', hops: '0' },
  { name: 'rpc', service: 'rpc', door: 'service', hops: '2: auth, its Redis' },
  {
    name: `rpc, cached for ${RPC_CACHE}`,
    service: 'rpc, cached',
    door: 'service',
    hops: '0 (2 every 2 s)',
  },
  { name: 'gateway', service: 'gateway', door: 'verify', hops: '2: auth, its Redis' },
  {
    name: 'gateway, nginx',
    service: 'gateway',
    door: 'nginx',
    hops: '3: auth, its Redis, the service',
  },
];

/** Where the doors are. */
export interface Doors {
  readonly authUrl: string;
  readonly serviceUrl: string;
  /** `null` where there is none. */
  readonly nginxUrl: string | null;
}

/** What is sent to a route of orders. */
export interface OrdersCall {
  readonly method?: string;
  readonly body?: string;
}

const PATH = '/orders';

/** A request to orders through a door; without a token nobody asks. */
export function exchangeThrough(
  door: Door,
  { authUrl, serviceUrl, nginxUrl }: Doors,
  token: string | null,
  { method = 'GET', body }: OrdersCall = {},
): Exchange {
  const credential: Record<string, string> =
    token === null ? {} : { authorization: `Bearer ${token}` };
  const content: Record<string, string> =
    body === undefined ? {} : { 'content-type': 'application/json' };
  const headers = { ...credential, ...content };
  const base = door === 'nginx' ? nginxUrl : serviceUrl;
  if (base === null) throw new Error('There is no nginx');
  const plain = { url: `${base}${PATH}`, method, headers, ...(body === undefined ? {} : { body }) };
  if (door !== 'verify') return plain;
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
