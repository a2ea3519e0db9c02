import { eventually } from '../../tools/testing/eventually';
import { answerIn, head, type RawAnswer } from './exchange';
import { GATEWAY_FILE, Nginx } from './nginx';
import { OpenService } from './open-service';
import { type Adapter, type DemoUser, System } from './system';

/** Somebody who asks through the gateway; `nobody` has no session. */
export type Caller = DemoUser | 'nobody';

const USERS: readonly DemoUser[] = ['alice', 'bob', 'carol', 'admin'];

/** The services behind nginx as the gateway, and one more, `/notes`, that lets everybody in. */
export class GatewaySystem {
  readonly #cookies = new Map<Caller, string>();

  private constructor(
    readonly system: System,
    readonly notes: OpenService,
    readonly nginx: Nginx,
  ) {}

  /** @param settings Further variables of the services' environment. */
  static async start(adapter: Adapter, settings: NodeJS.ProcessEnv = {}): Promise<GatewaySystem> {
    const system = await System.start(adapter, {
      // As the Compose files have it.
      TRUST_PROXY: '1',
      SESSION_SERVICES: 'orders,products,notes',
      ...settings,
    });
    const { auth, orders, products, redis } = system;
    const notes = await OpenService.start('notes', adapter, redis.url);
    const another = `location /notes { set $service notes; proxy_pass ${notes.url}; }`;
    const nginx = await Nginx.start(
      { auth: auth.url, orders: orders.url, products: products.url },
      { file: GATEWAY_FILE, edits: [['location /orders {', `${another}\nlocation /orders {`]] },
    );
    const started = new GatewaySystem(system, notes, nginx);
    try {
      for (const user of USERS) started.#cookies.set(user, await system.signIn(user));
      await started.untilKnown();
    } catch (error) {
      await started.stop();
      throw error;
    }
    return started;
  }

  /** A session's token. */
  cookie(caller: Caller): string | undefined {
    return this.#cookies.get(caller);
  }

  /** The same as a line of a request's head; none for nobody. */
  cookieOf(caller: Caller): string[] {
    const cookie = this.cookie(caller);
    return cookie === undefined ? [] : [`Cookie: __Host-sid=${cookie}`];
  }

  /** A request as it is written, over a connection that is closed after it. */
  async send(line: string, ...headers: readonly string[]): Promise<RawAnswer> {
    const request = head(`${line} HTTP/1.1`, 'Host: localhost', ...headers, 'Connection: close');
    return answerIn(await this.nginx.exchange(request));
  }

  /** Waits until auth has read what all services say of their routes. */
  async untilKnown(): Promise<void> {
    const doors = ['/orders', '/products', '/notes', '/admin/users'];
    await eventually(async () => {
      const cookie = this.cookie('admin');
      const answers = await Promise.all(doors.map((door) => this.nginx.call(door, { cookie })));
      return answers.every(({ status }) => status === 200);
    });
  }

  async stop(): Promise<void> {
    await this.nginx.stop();
    await this.notes.stop();
    await this.system.stop();
  }
}
