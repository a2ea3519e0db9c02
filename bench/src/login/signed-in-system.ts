import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { AppProcess } from '../../../tools/processes/app-process';
import { buildApps } from '../../../tools/processes/build-apps';
import { freePort } from '../../../tools/processes/free-port';
import { RedisServer } from '../../../tools/redis/redis-server';
import { workspace } from '../measure/workspace';

type App = 'auth' | 'orders';

/** Of a service that is asked to come later; a client that minds waits this long (ms). */
const RETRY_DELAY = 100;

/** What became of one attempt to sign in. */
export interface SignIn {
  /** `null` when the service had too much to do (429, 503). */
  readonly token: string | null;
  /** Milliseconds. */
  readonly took: number;
}

/**
 * The auth and the orders app as they are in this repository, built, each a process of its own, with a
 * Redis and, unless DATABASE_URL names another, the embedded PostgreSQL.
 */
export class SignedInSystem {
  private constructor(
    private readonly redis: RedisServer,
    readonly auth: AppProcess,
    readonly orders: AppProcess,
  ) {}

  static async start(): Promise<SignedInSystem> {
    await buildApps({ apps: ['auth', 'orders'], root: workspace });
    const redis = await RedisServer.start();
    const started: AppProcess[] = [];
    try {
      const ports = { auth: await freePort(), orders: await freePort() };
      for (const name of ['auth', 'orders'] as const) {
        started.push(await startApp(name, ports, redis.url));
      }
      await Promise.all(started.map((app) => app.ready()));
      const [auth, orders] = started as [AppProcess, AppProcess];
      return new SignedInSystem(redis, auth, orders);
    } catch (error) {
      await Promise.all(started.map((app) => app.stop()));
      await redis.stop();
      throw error;
    }
  }

  /**
   * Signs a demo user in.
   *
   * @throws Error when the answer is neither a token nor a request to come later
   */
  async signIn(username: string): Promise<SignIn> {
    const start = performance.now();
    const response = await fetch(`${this.auth.url}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        username,
        password: `${username}-demo-password`,
        transport: 'bearer',
      }),
    });
    const answer = (await response.json()) as { token?: string };
    const took = performance.now() - start;
    if (response.status === 429 || response.status === 503) {
      await delay(RETRY_DELAY);
      return { token: null, took };
    }
    if (response.status !== 200 || answer.token === undefined) {
      throw new Error(`The sign-in of ${username} was answered ${response.status}`);
    }
    return { token: answer.token, took };
  }

  async stop(): Promise<void> {
    await Promise.all([this.auth.stop(), this.orders.stop()]);
    await this.redis.stop();
  }
}

function startApp(
  name: App,
  ports: Readonly<Record<App, number>>,
  redisUrl: string,
): Promise<AppProcess> {
  return AppProcess.start({
    name,
    url: `http://127.0.0.1:${ports[name]}`,
    script: join(workspace, `dist/apps/${name}/main.js`),
    env: {
      PATH: process.env.PATH,
      AUTH_PORT: String(ports.auth),
      ORDERS_PORT: String(ports.orders),
      REDIS_URL: redisUrl,
      DATA_DIR: 'temporary',
      DEMO_USERS: 'on',
      ...(process.env.DATABASE_URL ? { DATABASE_URL: process.env.DATABASE_URL } : {}),
    },
  });
}
