import { type PlannedPort } from '../processes/port-check';

/** Port of an app: the environment variable that sets it, and its default. */
interface PortSetting {
  readonly variable: string;
  readonly default: number;
}

/** An app of this repository, and its ports. */
export interface Service {
  readonly name: string;
  /** Compiled entry file. @default dist/apps/<name>/main.js */
  readonly script?: string;
  readonly http: PortSetting;
  /** Port of Nest's TCP transport, if the app has this transport. */
  readonly rpc?: PortSetting;
  /** Distance of the port of the metrics from `METRICS_PORT`: the apps run on one machine. */
  readonly metrics?: number;
}

export const auth: Service = {
  name: 'auth',
  http: { variable: 'AUTH_PORT', default: 3000 },
  rpc: { variable: 'AUTH_RPC_PORT', default: 4000 },
  metrics: 0,
};

export const orders: Service = {
  name: 'orders',
  http: { variable: 'ORDERS_PORT', default: 3001 },
  metrics: 1,
};

export const products: Service = {
  name: 'products',
  http: { variable: 'PRODUCTS_PORT', default: 3002 },
  rpc: { variable: 'PRODUCTS_RPC_PORT', default: 4002 },
  metrics: 2,
};

/** Returns the address that the apps listen on. As in the apps, an empty variable counts as not set. */
export function listenHost(env: NodeJS.ProcessEnv): string {
  return isSet(env.HOST) ? env.HOST : '127.0.0.1';
}

/**
 * Returns the ports that a service will listen on.
 *
 * @throws Error that names the variable that does not hold a port
 */
export function plannedPorts(
  { http, rpc, metrics }: Service,
  env: NodeJS.ProcessEnv,
): PlannedPort[] {
  const plan = (setting: PortSetting): PlannedPort => ({
    host: listenHost(env),
    variable: setting.variable,
    port: portOf(setting, env),
  });
  return [
    plan(http),
    ...(rpc ? [plan(rpc)] : []),
    ...(metrics === undefined ? [] : metricsPort(metrics, env)),
  ];
}

/** Returns the URL at which a client on this machine reaches a service. */
export function serviceUrl({ http }: Service, env: NodeJS.ProcessEnv): string {
  return `http://${reachableHost(listenHost(env))}:${portOf(http, env)}`;
}

export function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

/** Returns the port of an app's metrics, if there are metrics. */
function metricsPort(distance: number, env: NodeJS.ProcessEnv): PlannedPort[] {
  if (!isSet(env.METRICS_PORT)) return [];
  const port = portOf({ variable: 'METRICS_PORT', default: 0 }, env) + distance;
  return [{ host: listenHost(env), variable: 'METRICS_PORT', port }];
}

function portOf({ variable, default: fallback }: PortSetting, env: NodeJS.ProcessEnv): number {
  const text = env[variable];
  if (!isSet(text)) return fallback;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`${variable} is '${text}': set it to a whole number from 1 to 65535.`);
  }
  return port;
}

/**
 * Returns an address to connect to, in the form of a URL's host: clients cannot connect to 'all addresses'.
 */
function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
