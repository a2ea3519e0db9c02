import type { SecurityEvent, SecurityLog } from 'nest-sessions/audit';
import { createRedisClient, whenReady } from 'nest-sessions/redis';
import { createSessionManager, type SessionManager } from 'nest-sessions/issuer';
import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { PATIENCE } from '../../../../../tools/redis/patience';
import { CutProxy, type Fate } from '../../../../../tools/testing/cut-proxy';
import { workerServers } from '../../../../../tools/testing/worker-servers';
import { type Database, openDatabase } from '../../database/database';
import { sharedPostgres } from '../../database/testing/every-postgres';
import { PasswordHasher } from '../../passwords/password-hasher';
import { emptyRedis } from '../../throttle/testing/empty-redis';
import { UsersService } from '../users.service';

/** Breakage of the network at one request to PostgreSQL or Redis, counted from 0. */
export interface Breakage {
  readonly at: number;
  readonly fate: Fate;
  /** Whether all later requests are lost, as after the death of the process. */
  readonly isForGood?: boolean;
}

/** Users and sessions, as the app under test or the test itself reaches them. */
export interface Services {
  readonly users: UsersService;
  readonly sessions: SessionManager;
  readonly redis: Redis;
  readonly securityLog: SecurityLog;
}

/** Real servers. The app under test reaches them over a network that breaks on request. */
export interface BreakableServices {
  readonly app: Services;
  readonly test: Services;
  /** Events in the security log since the last breakage began. */
  readonly told: SecurityEvent[];
  /**
   * Runs the action while the network breaks, and then restores the network.
   *
   * @param breakage A breakage, or a pattern of the requests that are lost.
   * @returns whether the network broke, and the result or the error of the action
   */
  during<T>(
    breakage: Breakage | RegExp,
    act: () => Promise<T>,
  ): Promise<{ broke: boolean; result?: T; error?: unknown }>;
}

/** Returns the services for the tests of the enclosing `describe`. */
export function breakableServices(): BreakableServices {
  const postgres = sharedPostgres();
  const direct = emptyRedis();
  const hasher = new PasswordHasher(10);
  const told: SecurityEvent[] = [];
  const securityLog = { record: (event: SecurityEvent) => void told.push(event) };
  const proxies: CutProxy[] = [];
  const databases: Database[] = [];
  let client: Redis;
  let decide: (number: number, request: Buffer) => Fate = () => 'passes';
  let requests = 0;

  beforeAll(async () => {
    // Hides the errors of session events that could not be recorded.
    jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const url = new URL(postgres.url);
    const { port } = await workerServers().redis();
    proxies.push(await CutProxy.to(Number(url.port)), await CutProxy.to(port));
    for (const proxy of proxies) proxy.decide = (request) => decide(requests++, request);
    const [toPostgres, toRedis] = proxies.map((proxy) => String(proxy.port));
    url.host = `127.0.0.1:${toPostgres}`;
    for (const databaseUrl of [url.href, postgres.url]) {
      databases.push(await openDatabase({ databaseUrl, dataDir: '' }, () => undefined));
    }
    client = createRedisClient(`redis://127.0.0.1:${toRedis}`);
    client.on('error', () => undefined);
  });

  afterAll(async () => {
    client.disconnect();
    await Promise.all(databases.map((database) => database.close()));
    await Promise.all(proxies.map((proxy) => proxy.close()));
  });

  const servicesOn = (database: Database | undefined, redis: Redis): Services => {
    if (database === undefined) throw new Error('The servers run from beforeAll on.');
    const sessions = createSessionManager(redis, {}, securityLog);
    return { users: new UsersService(database, hasher), redis, sessions, securityLog };
  };

  return {
    told,
    get app() {
      return servicesOn(databases[0], client);
    },
    get test() {
      return servicesOn(databases[1], direct.client);
    },
    during: async (breakage, act) => {
      await whenReady(client, PATIENCE);
      told.length = 0;
      requests = 0;
      let broke = false;
      decide = (number, request) => {
        const fate = fateOf(breakage, number, request);
        broke ||= fate !== 'passes';
        return fate;
      };
      const outcome = await act().then(
        (result) => ({ result }),
        (error: unknown) => ({ error }),
      );
      decide = () => 'passes';
      await whenReady(client, PATIENCE);
      return { broke, ...outcome };
    },
  };
}

function fateOf(breakage: Breakage | RegExp, number: number, request: Buffer): Fate {
  if (breakage instanceof RegExp) {
    return breakage.test(request.toString('latin1')) ? 'request lost' : 'passes';
  }
  const { at, fate, isForGood = false } = breakage;
  if (number === at) return fate;
  return isForGood && number > at ? 'request lost' : 'passes';
}
