import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createRedisClient, whenReady } from 'nest-sessions/redis';
import { createSessionManager, type SessionManager } from 'nest-sessions/issuer';
import { type Exchange, IDENTITY_HEADER } from '../measure/exchange';
import { inFlight } from '../measure/in-flight';
import type { Topology } from './topology';
import type { TopologySystem } from './topology-system';

/** How many are watched at the same time. */
const AT_ONCE = 10;
/** Of those that stay good for as long as they were made for. */
const REPLAYED_AT_ONCE = 50;

/** Between two looks at a credential: at least so long (ms), and a part of the time that has passed. */
const LEAST_PAUSE = 2;
const MOST_PAUSE = 100;
const PAUSE_PART = 1 / 20;

/** Between the beginnings of two that are watched at the same time, in milliseconds. */
const STAGGER = 20;

const READY_TIMEOUT_MS = 10_000;
/** Sessions are made for what is measured; how long that takes is not. */
const COMMAND_TIMEOUT_MS = 10_000;

/** What became of old credentials. */
export interface LogoutFigures {
  readonly name: string;
  /** For how long after the logout had returned each was let in, in milliseconds. */
  readonly delays: readonly number[];
  /** How many were still let in when nobody watched any longer. */
  readonly unending: number;
}

/** How many logouts are made, and how long each credential is watched (ms). */
export interface LogoutPlan {
  readonly logouts: number;
  readonly watch: number;
}

/** For how long an old credential is let in after a logout has returned, in each topology. */
export async function measureLogouts(
  system: TopologySystem,
  plan: LogoutPlan,
  log: (line: string) => void,
): Promise<LogoutFigures[]> {
  const { hostname, port } = new URL(system.redis.url);
  const client = createRedisClient({
    host: hostname,
    port: Number(port),
    commandTimeout: COMMAND_TIMEOUT_MS,
    socketTimeout: COMMAND_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  try {
    const failure = await whenReady(client, READY_TIMEOUT_MS);
    if (failure) throw failure;
    const logouts = new Logouts(system, createSessionManager(client), plan);
    const figures: LogoutFigures[] = [];
    // It takes longest, and little: beside all the others.
    const replayed = logouts.ofIdentities();
    // It is awaited below; until then it must not count as unhandled.
    replayed.catch(() => undefined);
    for (const topology of system.topologies) {
      figures.push(await logouts.of(topology));
      log(`${plan.logouts} logouts, ${topology.name}`);
    }
    return [...figures, await replayed];
  } finally {
    client.disconnect();
  }
}

class Logouts {
  constructor(
    private readonly system: TopologySystem,
    private readonly manager: SessionManager,
    private readonly plan: LogoutPlan,
  ) {}

  /** The token, through the door that it is meant for. */
  of(topology: Topology): Promise<LogoutFigures> {
    return this.measure(topology.name, AT_ONCE, (token) =>
      Promise.resolve(this.system.exchange(topology, token)),
    );
  }

  /** An identity that somebody has seen on its way, straight to the service. */
  ofIdentities(): Promise<LogoutFigures> {
    return this.measure('gateway, an identity that was captured', REPLAYED_AT_ONCE, (token) =>
      capturedIdentity(this.system, token),
    );
  }

  private async measure(
    name: string,
    atOnce: number,
    exchangeOf: (token: string) => Promise<Exchange>,
  ): Promise<LogoutFigures> {
    const delays: number[] = [];
    let unending = 0;
    const attempts = Array.from({ length: this.plan.logouts }, (_, at) => at);
    await inFlight(attempts, atOnce, async (attempt) => {
      if (attempt < atOnce) await delay(attempt * STAGGER);
      const user = { id: randomUUID(), username: 'alice' };
      const { token } = await this.manager.create({ user, roles: ['orders', 'products'] });
      const exchange = await exchangeOf(token);
      // What keeps sessions in memory has it from here on.
      await this.expectLetIn(name, exchange);
      await this.expectLetIn(name, exchange);
      await this.signOut(token);
      const lasted = await this.lastLetIn(exchange);
      if (lasted === null) unending += 1;
      delays.push(lasted ?? this.plan.watch);
    });
    return { name, delays, unending };
  }

  private async expectLetIn(name: string, exchange: Exchange): Promise<void> {
    const { status } = await this.system.insist(exchange);
    if (status !== 200) throw new Error(`${name} answers ${status} to a live session`);
  }

  private async signOut(token: string): Promise<void> {
    const { status } = await this.system.insist(this.system.signOut(token));
    if (status !== 204) throw new Error(`A sign-out was answered ${status}`);
  }

  /** When the last request that was let in had been sent, in milliseconds from now; 0 where none was. */
  private async lastLetIn(exchange: Exchange): Promise<number | null> {
    const start = performance.now();
    for (let last = 0; ;) {
      const sentAfter = performance.now() - start;
      const { status } = await this.system.ask(exchange);
      if (status === 200) last = sentAfter;
      else if (status !== 503) return last;
      if (sentAfter > this.plan.watch) return null;
      await delay(Math.min(MOST_PAUSE, Math.max(LEAST_PAUSE, sentAfter * PAUSE_PART)));
    }
  }
}

/** The request that a gateway would send now, with the identity that it has got for it. */
export async function capturedIdentity(system: TopologySystem, token: string): Promise<Exchange> {
  const { verify, ...request } = system.exchangeWith('verify', 'orders gateway', token);
  if (verify === undefined) throw new TypeError('This door asks nobody');
  const { status, headers } = await system.insist(verify);
  const identity = headers[IDENTITY_HEADER];
  if (typeof identity !== 'string' || identity === '') {
    throw new Error(`/auth/verify answers ${status} without an identity`);
  }
  return { ...request, headers: { [IDENTITY_HEADER]: identity } };
}
