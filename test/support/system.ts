import { randomBytes } from 'node:crypto';
import { AppProcess } from '../../tools/processes/app-process';
import { freePort } from '../../tools/processes/free-port';
import { ForwardAuth } from './forward-auth';
import { GuardedRedis, type GuardedTopology, SERVICES, type ServiceName } from './guarded-redis';
import { call, json, tokenOf, type Answer } from './http';
import type {} from './worker-postgres';

export type Adapter = 'express' | 'fastify';

export const ADAPTERS: readonly Adapter[] = ['express', 'fastify'];

/** Source from which orders and products learn the user's identity. */
export type Source = 'redis' | 'rpc' | 'gateway';

/** Each adapter with each source: rules for clients hold for all of them. */
export const ADAPTERS_AND_SOURCES: readonly [Adapter, Source][] = ADAPTERS.flatMap((adapter) =>
  (['redis', 'rpc', 'gateway'] as const).map((source): [Adapter, Source] => [adapter, source]),
);

/** Returns the variables for a source. */
export function settingsFor(source: Source): NodeJS.ProcessEnv {
  return {
    SESSION_SOURCE: source,
    SESSION_CALL_SECRET: 'what the services of a test sign their calls with',
  };
}

/** Number of attempts with new ports before the fault counts as permanent. */
const PORT_ATTEMPTS = 3;

export type DemoUser = 'alice' | 'bob' | 'carol' | 'admin';

const DEMO_ROLES: Readonly<Record<DemoUser, readonly string[]>> = {
  alice: ['orders', 'products'],
  bob: ['products'],
  carol: ['orders', 'orders:write', 'products'],
  admin: ['admin', 'orders', 'products'],
};

/** A user for a single test. */
export interface TestUser {
  readonly id: string;
  readonly username: string;
  readonly password: string;
}

/**
 * A Redis and the three services as separate processes, as `npm start` runs them. Each service has its own
 * Redis user: a command that this user may not send fails a test. Services that need no Redis do not know its
 * address. Services behind a gateway have a gateway at the address that tests call.
 */
export class System<R extends GuardedTopology = GuardedRedis> {
  /** Session of the demo administrator, for {@link createUser}. */
  #admin: Promise<string> | undefined;
  /** Further instances of the services. */
  readonly #others: AppProcess[] = [];

  private constructor(
    readonly redis: R,
    private readonly apps: Record<ServiceName, AppProcess>,
    private readonly run: (service: ServiceName, port?: number) => Promise<AppProcess>,
    /** Ports on which services listen to Nest's TCP transport. */
    readonly rpcPorts: Readonly<Record<'auth' | 'products', number>>,
    private readonly gateways: readonly ForwardAuth[],
    /** Lines that the services have printed. */
    readonly output: readonly string[],
    /** Ports of the services' metrics; empty without `METRICS_PORT` in the settings. */
    readonly metricsPorts: Readonly<Partial<Record<ServiceName, string>>>,
  ) {}

  /**
   * @param settings Additional variables of the services' environment. With any `METRICS_PORT`, each service
   *   has a port of its own for its metrics.
   */
  static start(adapter: Adapter, settings: NodeJS.ProcessEnv = {}): Promise<System> {
    return System.startOn(() => GuardedRedis.start(), adapter, settings);
  }

  /** Starts a system on another Redis, which ends with the system. */
  static async startOn<R extends GuardedTopology>(
    startRedis: () => Promise<R>,
    adapter: Adapter,
    settings: NodeJS.ProcessEnv = {},
  ): Promise<System<R>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await System.launch(await startRedis(), adapter, settings);
      } catch (error) {
        // A free port may be taken by another process before the service listens on it.
        if (attempt === PORT_ATTEMPTS || !/Port \d+ on \S+ is in use/.test(String(error)))
          throw error;
      }
    }
  }

  private static async launch<R extends GuardedTopology>(
    redis: R,
    adapter: Adapter,
    settings: NodeJS.ProcessEnv,
  ): Promise<System<R>> {
    const [authPort = '', ordersPort = '', productsPort = '', ...rpc] = await freePorts(5);
    const [authRpcPort, productsRpcPort] = rpc;
    const ports = { auth: authPort, orders: ordersPort, products: productsPort };
    const env = {
      PATH: process.env.PATH,
      HTTP_ADAPTER: adapter,
      AUTH_PORT: authPort,
      ORDERS_PORT: ordersPort,
      PRODUCTS_PORT: productsPort,
      AUTH_RPC_PORT: authRpcPort,
      PRODUCTS_RPC_PORT: productsRpcPort,
      DEMO_USERS: 'on',
      BCRYPT_COST: '10',
    };
    const output: string[] = [];
    const metricsPorts: Partial<Record<ServiceName, string>> =
      settings.METRICS_PORT === undefined ? {} : await portsOfMetrics();
    const { SESSION_SOURCE: source = 'redis' } = settings;
    const gateways = source === 'gateway' ? await startGateways(ports) : [];
    const database = await databaseFor(settings);
    const run = (name: ServiceName, port = Number(ports[name])) => {
      const gateway = gateways.find(({ options }) => options.port === port);
      return AppProcess.start({
        name,
        url: `http://127.0.0.1:${port}`,
        env: {
          ...env,
          ...(name === 'auth' ? database : {}),
          ...(name === 'auth' || source === 'redis' ? redis.settingsOf(name) : {}),
          ...settings,
          ...(metricsPorts[name] !== undefined && { METRICS_PORT: metricsPorts[name] }),
          [`${name.toUpperCase()}_PORT`]: String(gateway?.options.servicePort ?? port),
        },
        onLine: (line) => output.push(line),
      });
    };
    const [auth, orders, products] = await Promise.all([
      run('auth'),
      run('orders'),
      run('products'),
    ]);
    const rpcPorts = { auth: Number(authRpcPort), products: Number(productsRpcPort) };
    const apps = { auth, orders, products };
    const system = new System(redis, apps, run, rpcPorts, gateways, output, metricsPorts);
    try {
      await Promise.all([auth.ready(), orders.ready(), products.ready()]);
    } catch (error) {
      await system.stop();
      throw error;
    }
    return system;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.services, ...this.#others].map((app) => app.stop()));
    await Promise.all(this.gateways.map((gateway) => gateway.stop()));
    await this.redis.stop();
  }

  /** Restarts a service that has ended, with the same environment and port. */
  async startAgain(service: ServiceName): Promise<void> {
    this.apps[service] = await this.run(service);
    await this.apps[service].ready();
  }

  /** Starts a further instance of a service, which ends with the system. No gateway is in front of it. */
  async startAnother(service: ServiceName): Promise<AppProcess> {
    const app = await this.run(service, await freePort());
    this.#others.push(app);
    await app.ready();
    return app;
  }

  /** Returns the URL of a service itself, without the gateway that tests otherwise call. */
  ownUrlOf(service: ServiceName): string {
    const gateway = this.gateways.find(({ options }) => options.service === service);
    return gateway ? `http://127.0.0.1:${gateway.options.servicePort}` : this.apps[service].url;
  }

  get auth(): AppProcess {
    return this.apps.auth;
  }

  get orders(): AppProcess {
    return this.apps.orders;
  }

  get products(): AppProcess {
    return this.apps.products;
  }

  get services(): readonly AppProcess[] {
    return [this.auth, this.orders, this.products];
  }

  /** Signs a user in and returns the token. */
  async signIn(user: DemoUser | TestUser): Promise<string> {
    const { username, password } =
      typeof user === 'string' ? { username: user, password: `${user}-demo-password` } : user;
    return tokenOf(await this.login(username, password));
  }

  /**
   * Creates a user with a unique name.
   *
   * @param roles Alice's roles by default: orders and products.
   */
  async createUser(roles: readonly string[] = DEMO_ROLES.alice): Promise<TestUser> {
    const username = `user-${randomBytes(6).toString('hex')}`;
    const password = `password of ${username}`;
    const create = async () => {
      this.#admin ??= this.signIn('admin');
      const cookie = await this.#admin;
      const body = { username, password, roles };
      return call(`${this.auth.url}/admin/users`, { cookie, body });
    };
    let created = await create();
    // Other sign-ins of the administrator may have displaced the session.
    if (created.status === 401) {
      this.#admin = undefined;
      created = await create();
    }
    if (created.status !== 201) throw new Error(`no user was created: ${created.text}`);
    return { id: json<{ id: string }>(created).id, username, password };
  }

  /** Creates a user with the roles of a demo user. */
  createUserLike(user: DemoUser): Promise<TestUser> {
    return this.createUser(DEMO_ROLES[user]);
  }

  /** Signs in a new user with the roles of a demo user, and returns the token. */
  async signInLike(user: DemoUser): Promise<string> {
    return this.signIn(await this.createUserLike(user));
  }

  /** Allows this Node process to end while the system runs; the system then ends as well. */
  unref(): void {
    for (const app of this.services) app.unref();
    for (const gateway of this.gateways) gateway.unref();
  }

  get isRunning(): boolean {
    return this.services.every((app) => app.isRunning);
  }

  login(username: string, password: string, headers = {}): Promise<Answer> {
    return call(`${this.auth.url}/auth/login`, { body: { username, password }, headers });
  }

  logout(cookie: string): Promise<Answer> {
    return call(`${this.auth.url}/auth/logout`, { method: 'POST', cookie });
  }

  /** Routes that only require a session and the service's own role, one of each service. */
  get doors(): readonly string[] {
    return SERVICES.map((service) => this.doorOf(service));
  }

  /** Returns a service's route of {@link doors}. */
  doorOf(service: ServiceName): string {
    const paths = { auth: '/auth/session', orders: '/orders', products: '/products' };
    return this.apps[service].url + paths[service];
  }

  /** Returns the status of each of the {@link doors} for this token. */
  async statuses(cookie: string): Promise<number[]> {
    const answers = await Promise.all(this.doors.map((door) => call(door, { cookie })));
    return answers.map(({ status }) => status);
  }

  /** Returns the id of a user from the administrators' list. */
  async userId(admin: string, username: DemoUser): Promise<string> {
    const users = json<{ id: string; username: string }[]>(
      await call(`${this.auth.url}/admin/users`, { cookie: admin }),
    );
    const user = users.find((it) => it.username === username);
    if (user === undefined) throw new Error(`no user ${username}`);
    return user.id;
  }
}

/** Starts gateways at the addresses of orders and products, which listen elsewhere. */
function startGateways(ports: Readonly<Record<ServiceName, string>>): Promise<ForwardAuth[]> {
  return Promise.all(
    (['orders', 'products'] as const).map(async (service) =>
      ForwardAuth.start({
        service,
        port: Number(ports[service]),
        servicePort: await freePort(),
        authPort: Number(ports.auth),
      }),
    ),
  );
}

/** Returns the variables for a user database: the worker's PostgreSQL, unless the settings name another. */
export async function databaseFor(settings: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  if (settings.DATA_DIR !== undefined || settings.DATABASE_URL !== undefined) return {};
  const postgres = globalThis.workerPostgres;
  if (postgres === undefined) return { DATA_DIR: 'temporary' };
  return { DATABASE_URL: await postgres.createDatabase() };
}

async function portsOfMetrics(): Promise<Partial<Record<ServiceName, string>>> {
  const [auth = '', orders = '', products = ''] = await freePorts(3);
  return { auth, orders, products };
}

async function freePorts(count: number): Promise<string[]> {
  const ports: string[] = [];
  for (let i = 0; i < count; i += 1) ports.push(String(await freePort()));
  return ports;
}
