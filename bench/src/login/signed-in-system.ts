import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { AppProcess } from '../../../tools/processes/app-process';
import { buildApps } from '../../../tools/processes/build-apps';
import { freePort } from '../../../tools/processes/free-port';
import { RedisServer } from '../../../tools/redis/redis-server';
import { workspace } from '../measure/workspace';

type App = 'auth' | 'orders';

/** Delay of a considerate client after 429 or 503, in milliseconds. */
const RETRY_DELAY = 100;

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Result of one attempt to sign in. */
export interface SignIn {
  /** `null` after 429 or 503. */
  readonly token: string | null;
  /** Milliseconds. */
  readonly took: number;
}

/**
 * The auth and the orders app of this repository, built, each a process of its own, with a Redis and the
 * embedded PostgreSQL (or that of DATABASE_URL).
 */
export class SignedInSystem {
  private constructor(
    private readonly redis: RedisServer,
    readonly auth: AppProcess,
    readonly orders: AppProcess,
  ) {}

  /** @param settings Additional environment variables of the services. */
  static async start(settings: NodeJS.ProcessEnv = {}): Promise<SignedInSystem> {
    await buildApps({ apps: ['auth', 'orders'], root: workspace });
    const redis = await RedisServer.start();
    const started: AppProcess[] = [];
    try {
      const ports = { auth: await freePort(), orders: await freePort() };
      for (const name of ['auth', 'orders'] as const) {
        started.push(await startApp(name, ports, redis.url, settings));
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
   * @throws Error for any answer other than a token, 429 or 503
   */
  async signIn(username: string): Promise<SignIn> {
    const start = performance.now();
    const password = `${username}-demo-password`;
    const response = await this.send('POST', '/auth/login', {
      username,
      password,
      transport: 'bearer',
    });
    const answer = (await response.json()) as { token?: string };
    const took = performance.now() - start;
    if (response.status === 429 || response.status === 503) {
      await delay(RETRY_DELAY);
      return { token: null, took };
    }
    if (response.status !== 200 || answer.token === undefined) {
      throw new Error(`The sign-in of ${username} failed with status ${response.status}`);
    }
    return { token: answer.token, took };
  }

  /**
   * Sends a sign-in that must be refused.
   *
   * @returns duration of the answer in milliseconds
   */
  async refuse(credentials: Credentials): Promise<number> {
    const start = performance.now();
    const response = await this.send('POST', '/auth/login', credentials);
    await response.arrayBuffer();
    const took = performance.now() - start;
    if (response.status !== 401)
      throw new Error(
        `A sign-in with invalid credentials must be answered 401, got ${response.status}`,
      );
    return took;
  }

  /** Creates a disabled user. */
  async disable(credentials: Credentials): Promise<void> {
    const { token } = await this.signIn('admin');
    const created = await this.send('POST', '/admin/users', credentials, token);
    const { id } = (await created.json()) as { id: string };
    const path = `/admin/users/${id}/disabled`;
    const disabled = await this.send('PUT', path, { disabled: true }, token);
    if (disabled.status !== 200)
      throw new Error(`Disabling the user failed with status ${disabled.status}`);
  }

  private send(method: string, path: string, body: object, token?: string | null) {
    return fetch(this.auth.url + path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
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
  settings: NodeJS.ProcessEnv,
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
      ...settings,
    },
  });
}
