import { AppProcess } from '../../tools/processes/app-process';
import { freePort } from '../../tools/processes/free-port';
import { Relay } from '../../tools/testing/relay';
import { GuardedRedis, SERVICES, type ServiceName } from './guarded-redis';
import { Nginx } from './nginx';
import { type Adapter, databaseFor } from './system';

/** Ports of the two instances of each service. Outside a deployment one instance runs. */
type Slots = Readonly<Record<ServiceName, readonly [number, number]>>;

export interface FleetOptions {
  /** nginx configuration. */
  readonly file: string;
  /** Variables of the environment of all services. */
  readonly settings: NodeJS.ProcessEnv;
}

/** The services behind the shipped nginx. Each instance can be replaced by a new one. */
export class Fleet {
  readonly #running = new Map<ServiceName, { slot: 0 | 1; app: AppProcess }>();

  private constructor(
    readonly nginx: Nginx,
    private readonly redis: GuardedRedis,
    private readonly relays: readonly Relay[],
    private readonly environmentOf: (service: ServiceName, slot: 0 | 1) => NodeJS.ProcessEnv,
    private readonly http: Slots,
    private settings: NodeJS.ProcessEnv,
  ) {}

  static async start(adapter: Adapter, { file, settings }: FleetOptions): Promise<Fleet> {
    const redis = await GuardedRedis.start();
    const database = await databaseFor(settings);
    const [http, rpc] = [await slots(), await slots()];
    // Other services reach auth and products at one address each, like by a DNS name.
    const [authHttp, authRpc, productsRpc] = await Promise.all(
      [http.auth, rpc.auth, rpc.products].map((ports) => Relay.to(ports)),
    );
    if (!authHttp || !authRpc || !productsRpc) throw new Error('unreachable');
    const { SESSION_SOURCE: source = 'redis' } = settings;
    const environmentOf = (name: ServiceName, slot: 0 | 1): NodeJS.ProcessEnv => ({
      PATH: process.env.PATH,
      HTTP_ADAPTER: adapter,
      DEMO_USERS: 'on',
      BCRYPT_COST: '10',
      TRUST_PROXY: '1',
      AUTH_PORT: String(name === 'auth' ? http.auth[slot] : authHttp.port),
      AUTH_RPC_PORT: String(name === 'auth' ? rpc.auth[slot] : authRpc.port),
      ORDERS_PORT: String(http.orders[slot]),
      PRODUCTS_PORT: String(http.products[slot]),
      PRODUCTS_RPC_PORT: String(name === 'products' ? rpc.products[slot] : productsRpc.port),
      ...(name === 'auth' ? database : {}),
      ...(name === 'auth' || source === 'redis' ? redis.settingsOf(name) : {}),
    });
    const nginx = await Nginx.start(
      {
        auth: 'http://auth_slots',
        orders: 'http://orders_slots',
        products: 'http://products_slots',
      },
      { file, edits: [['http {', `http {\n${upstreams(http)}`]] },
    );
    const relays = [authHttp, authRpc, productsRpc];
    const fleet = new Fleet(nginx, redis, relays, environmentOf, http, settings);
    try {
      await fleet.#startNew(SERVICES);
    } catch (error) {
      await fleet.stop();
      throw error;
    }
    return fleet;
  }

  /**
   * Replaces instances: starts new ones, waits until all are ready, then stops the old ones.
   *
   * @param settings Changed environment variables.
   * @returns exit of each old instance
   */
  async deploy(
    services: readonly ServiceName[],
    settings: NodeJS.ProcessEnv = {},
  ): Promise<unknown[]> {
    this.settings = { ...this.settings, ...settings };
    const old = services.flatMap((service) => this.#running.get(service)?.app ?? []);
    await this.#startNew(services);
    return Promise.all(old.map((app) => app.stop(60_000)));
  }

  /** Last lines of all running instances. */
  get lastLines(): string {
    return [...this.#running].map(([name, { app }]) => `${name}:\n${app.lastLines}`).join('\n');
  }

  async stop(): Promise<void> {
    await this.nginx.stop();
    await Promise.all([...this.#running.values()].map(({ app }) => app.stop()));
    await Promise.all(this.relays.map((relay) => relay.close()));
    await this.redis.stop();
  }

  async #startNew(services: readonly ServiceName[]): Promise<void> {
    const started = await Promise.all(
      services.map(async (name) => {
        const slot = this.#running.get(name)?.slot === 0 ? 1 : 0;
        const app = await AppProcess.start({
          name,
          url: `http://127.0.0.1:${this.http[name][slot]}`,
          env: { ...this.environmentOf(name, slot), ...this.settings },
        });
        this.#running.set(name, { slot, app });
        return app;
      }),
    );
    await Promise.all(started.map((app) => app.ready()));
  }
}

async function slots(): Promise<Slots> {
  const two = async (): Promise<readonly [number, number]> => [await freePort(), await freePort()];
  return { auth: await two(), orders: await two(), products: await two() };
}

/** Both addresses per name, as with DNS: nginx tries the next address after a refused connection. */
function upstreams(http: Slots): string {
  return SERVICES.map(
    (name) =>
      `upstream ${name}_slots {\n${http[name].map((port) => `server 127.0.0.1:${port} max_fails=0;\n`).join('')}}\n`,
  ).join('');
}
