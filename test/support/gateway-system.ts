import { eventually } from '../../tools/testing/eventually';
import { answerIn, head, type RawAnswer } from './exchange';
import { GATEWAY_FILE, Nginx } from './nginx';
import { OpenService } from './open-service';
import { type Adapter, type DemoUser, System } from './system';

/** Client that sends requests through the gateway; `nobody` has no session. */
export type Caller = DemoUser | 'nobody';

const USERS: readonly DemoUser[] = ['alice', 'bob', 'carol', 'admin'];

export interface GatewaySystemOptions {
  /** Additional variables of the services' environment. */
  readonly settings?: NodeJS.ProcessEnv;
  /** Services that admit every request, each at `/<name>`. @default `notes`, on the adapter of the others */
  readonly open?: Readonly<Record<string, Adapter>>;
}

/** The services behind nginx as the gateway, with additional services that admit every request. */
export class GatewaySystem {
  readonly #cookies = new Map<Caller, string>();

  private constructor(
    readonly system: System,
    private readonly open: ReadonlyMap<string, OpenService>,
    readonly nginx: Nginx,
  ) {}

  static async start(
    adapter: Adapter,
    { settings = {}, open = { notes: adapter } }: GatewaySystemOptions = {},
  ): Promise<GatewaySystem> {
    const system = await System.start(adapter, {
      // Same value as in the Compose files.
      TRUST_PROXY: '1',
      SESSION_SERVICES: ['orders', 'products', ...Object.keys(open)].join(),
      ...settings,
    });
    const { auth, redis } = system;
    const services = new Map<string, OpenService>();
    for (const [name, its] of Object.entries(open)) {
      services.set(name, await OpenService.start(name, its, redis.url));
    }
    const locations = [...services].map(
      ([name, { url }]) => `location /${name} { set $service ${name}; proxy_pass ${url}; }\n`,
    );
    const nginx = await Nginx.start(
      {
        auth: auth.url,
        orders: system.ownUrlOf('orders'),
        products: system.ownUrlOf('products'),
      },
      {
        file: GATEWAY_FILE,
        edits: [['location /orders {', `${locations.join('')}location /orders {`]],
      },
    );
    const started = new GatewaySystem(system, services, nginx);
    try {
      for (const user of USERS) started.#cookies.set(user, await system.signIn(user));
      await started.untilKnown();
    } catch (error) {
      await started.stop();
      throw error;
    }
    return started;
  }

  /** Returns one of the services that admit every request. */
  openService(name: string): OpenService {
    const service = this.open.get(name);
    if (service === undefined) throw new Error(`no service ${name}`);
    return service;
  }

  /** The service at `/notes`. */
  get notes(): OpenService {
    return this.openService('notes');
  }

  /** Returns the token of a caller's session. */
  cookie(caller: Caller): string | undefined {
    return this.#cookies.get(caller);
  }

  /** Returns the token as a header line of a request; no line for `nobody`. */
  cookieOf(caller: Caller): string[] {
    const cookie = this.cookie(caller);
    return cookie === undefined ? [] : [`Cookie: __Host-sid=${cookie}`];
  }

  /** Sends a request unchanged, over a connection that closes after it. */
  async send(line: string, ...headers: readonly string[]): Promise<RawAnswer> {
    const request = head(`${line} HTTP/1.1`, 'Host: localhost', ...headers, 'Connection: close');
    return answerIn(await this.nginx.exchange(request));
  }

  /** Waits until auth has read the access catalogues of all services. */
  async untilKnown(): Promise<void> {
    const open = [...this.open.keys()].map((name) => `/${name}`);
    const doors = ['/orders', '/products', '/admin/users', ...open];
    await eventually(async () => {
      const cookie = this.cookie('admin');
      const answers = await Promise.all(doors.map((door) => this.nginx.call(door, { cookie })));
      return answers.every(({ status }) => status === 200);
    });
  }

  async stop(): Promise<void> {
    await this.nginx.stop();
    await Promise.all([...this.open.values()].map((service) => service.stop()));
    await this.system.stop();
  }
}
