import { randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { buildApps } from '../../../tools/processes/build-apps';
import { freePort } from '../../../tools/processes/free-port';
import { type Answer, answerTo, type Exchange } from '../measure/exchange';
import { RedisObserver } from '../measure/redis-usage';
import { workspace } from '../measure/workspace';
import { DurableRedis } from './durable-redis';
import { type AppName, MeasuredApp } from './measured-app';
import { NginxGateway } from './nginx-gateway';
import {
  type Ingress,
  exchangeThrough,
  type OrdersCall,
  type Places,
  SERVICES,
  type ServiceKind,
  settingsOf,
  type Topology,
  TOPOLOGIES,
} from './topology';

const CACHED_ORDERS = join(__dirname, 'cached-orders.main.js');

/** Time limit of an answer in milliseconds. */
const PATIENCE = 5_000;
/** Attempts of a request without an answer in time. */
const ATTEMPTS = 5;

/** Name of a counter: a service with its session source, or another part of the system. */
export type Counter =
  | `${Exclude<AppName, 'auth'>} ${ServiceKind | 'redis, signed'}`
  | 'auth'
  | 'redis'
  | 'nginx'
  | 'commands';

/** Resource usage so far: CPU time in microseconds, and the number of Redis commands. */
export type Counters = ReadonlyMap<Counter, number>;

/**
 * Auth, Redis, orders once per session source, products for calls between services, and nginx where it is
 * installed. Each is a process of its own.
 */
export class TopologySystem {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #apps = new Map<Counter, MeasuredApp>();
  #observer: RedisObserver | null = null;
  #nginx: NginxGateway | null = null;

  private constructor(readonly redis: DurableRedis) {}

  /** @param callers Session sources of orders and products when one calls the other. */
  static async start(callers: readonly ServiceKind[]): Promise<TopologySystem> {
    await buildApps({ root: workspace });
    const system = new TopologySystem(await DurableRedis.start());
    try {
      await system.#startParts(callers);
      return system;
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  get auth(): MeasuredApp {
    return this.#app('auth');
  }

  get nginx(): NginxGateway | null {
    return this.#nginx;
  }

  /** Topologies that this machine can run. */
  get topologies(): readonly Topology[] {
    return TOPOLOGIES.filter(({ ingress }) => ingress !== 'nginx' || this.#nginx !== null);
  }

  /** @throws Error when the user cannot sign in */
  async signIn(username: string): Promise<string> {
    const response = await fetch(`${this.auth.url}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        username,
        password: `${username}-demo-password`,
        transport: 'bearer',
      }),
    });
    const { token } = (await response.json()) as { token?: string };
    if (token === undefined) {
      throw new Error(`The sign-in of ${username} failed with status ${response.status}`);
    }
    return token;
  }

  /** Returns the request that ends a session. */
  signOut(token: string): Exchange {
    return {
      url: `${this.auth.url}/auth/logout`,
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    };
  }

  exchange({ ingress, service }: Topology, token: string | null): Exchange {
    return this.exchangeWith(ingress, `orders ${service}`, token);
  }

  exchangeWith(
    ingress: Ingress,
    service: Counter,
    token: string | null,
    call?: OrdersCall,
  ): Exchange {
    const urls = {
      authUrl: this.auth.url,
      serviceUrl: this.#app(service).url,
      nginxUrl: this.#nginx?.url ?? null,
    };
    return exchangeThrough(ingress, urls, token, call);
  }

  /** @throws Error without an answer */
  ask(exchange: Exchange): Promise<Answer> {
    return answerTo(exchange, this.#agent, PATIENCE);
  }

  /** Repeats a request without an answer in time, which is normal on a machine that stalls. */
  async insist(exchange: Exchange): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.ask(exchange);
      if (answer.status !== 503 || attempt === ATTEMPTS) return answer;
    }
  }

  /** Returns the resource usage of all parts so far. */
  async counters(): Promise<Counters> {
    this.#observer ??= new RedisObserver(this.redis.url);
    const { cpu, commands } = await this.#observer.usage();
    const apps = await Promise.all(
      [...this.#apps].map(async ([name, app]) => [name, await app.cpu()] as const),
    );
    const nginx = (await this.#nginx?.cpu()) ?? null;
    return new Map<Counter, number>([
      ...apps,
      ['redis', cpu],
      ['commands', commands],
      ...(nginx === null ? [] : [['nginx', nginx] as const]),
    ]);
  }

  /** Closes the counters, which have a connection to a Redis that may now be stopped. */
  endCounting(): void {
    this.#observer?.close();
    this.#observer = null;
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    this.endCounting();
    await this.#nginx?.stop();
    await Promise.all([...this.#apps.values()].map((app) => app.stop()));
    await this.redis.stop();
  }

  async #startParts(callers: readonly ServiceKind[]): Promise<void> {
    const places: Places & { authPort: number } = await this.#plan();
    const { secret, redisUrl } = places;
    await this.#start('auth', 'auth', places.authPort, {
      REDIS_URL: redisUrl,
      AUTH_RPC_PORT: String(places.authRpcPort),
      SESSION_CALL_SECRET: secret,
      DATA_DIR: 'temporary',
      // Production refuses demo users.
      DEMO_USERS: 'on',
      // Sign-ins are not measured here.
      BCRYPT_COST: '10',
      ...(process.env.DATABASE_URL ? { DATABASE_URL: process.env.DATABASE_URL } : {}),
    });
    const NODE_ENV = 'production';
    const products = new Map<ServiceKind, number>();
    for (const kind of callers) {
      const rpcPort = await freePort();
      products.set(kind, rpcPort);
      await this.#start('products', `products ${kind}`, await freePort(), {
        NODE_ENV,
        ...settingsOf(kind, places),
        // The service accepts signed and unsigned calls.
        SESSION_CALL_SECRET: secret,
        PRODUCTS_RPC_PORT: String(rpcPort),
      });
    }
    const orders = SERVICES.map((kind) => [kind, settingsOf(kind, places)] as const);
    const signed = { ...settingsOf('redis', places), SESSION_CALL_SECRET: secret };
    for (const [kind, settings] of [...orders, ['redis, signed', signed] as const]) {
      const rpcPort = products.get(kind as ServiceKind) ?? products.get('redis');
      const environment = { NODE_ENV, ...settings, PRODUCTS_RPC_PORT: String(rpcPort) };
      const script = kind === 'rpc, cached' ? CACHED_ORDERS : undefined;
      await this.#start('orders', `orders ${kind}`, await freePort(), environment, script);
    }
    await Promise.all([...this.#apps.values()].map((app) => app.ready()));
    if (NginxGateway.obstacle() === null) {
      this.#nginx = await NginxGateway.start({
        auth: this.auth.url,
        orders: this.#app('orders gateway').url,
        products: this.#app('products redis').url,
      });
    }
  }

  async #plan(): Promise<Places & { authPort: number }> {
    const authPort = await freePort();
    return {
      authPort,
      redisUrl: this.redis.url,
      authUrl: `http://127.0.0.1:${authPort}`,
      authRpcPort: await freePort(),
      secret: randomBytes(32).toString('hex'),
    };
  }

  async #start(
    app: AppName,
    name: Counter,
    port: number,
    settings: NodeJS.ProcessEnv,
    script?: string,
  ): Promise<void> {
    this.#apps.set(name, await MeasuredApp.start(app, port, settings, script));
  }

  #app(name: Counter): MeasuredApp {
    const app = this.#apps.get(name);
    if (app === undefined) throw new Error(`There is no ${name}`);
    return app;
  }
}
