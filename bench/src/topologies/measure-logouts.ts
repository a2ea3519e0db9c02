import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createRedisClient, whenReady } from 'nest-sessions/redis';
import { createSessionManager, type SessionManager } from 'nest-sessions/issuer';
import { type Exchange, IDENTITY_HEADER } from '../measure/exchange';
import { inFlight } from '../measure/in-flight';
import type { Topology } from './topology';
import type { TopologySystem } from './topology-system';

/** Credentials that are watched at the same time. */
const AT_ONCE = 10;
/** Captured identities that are watched at the same time. They stay valid for their whole lifetime. */
const REPLAYED_AT_ONCE = 50;

/** Limits of the pause between two checks of a credential (ms), and its share of the elapsed time. */
const LEAST_PAUSE = 2;
const MOST_PAUSE = 100;
const PAUSE_PART = 1 / 20;

/** Milliseconds between the starts of two concurrent watches. */
const STAGGER = 20;

const READY_TIMEOUT_MS = 10_000;
/** Generous limit: the creation of sessions is not part of the measurement. */
const COMMAND_TIMEOUT_MS = 10_000;

/** Fate of old credentials after their logout. */
export interface LogoutFigures {
  readonly name: string;
  /** Milliseconds between the end of each logout and the last authorized request. */
  readonly delays: readonly number[];
  /** Number of credentials that were valid when the watch ended. */
  readonly unending: number;
}

/** Number of logouts, and how long each credential is watched (ms). */
export interface LogoutPlan {
  readonly logouts: number;
  readonly watch: number;
}

/** Measures how long an old credential is valid after its logout, in each topology. */
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
    // It takes longest and needs little CPU: it runs parallel to all the others.
    const replayed = logouts.ofIdentities();
    // It is awaited below. Until then a failure must not count as unhandled.
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

  /** Watches the token at the topology's own ingress. */
  of(topology: Topology): Promise<LogoutFigures> {
    return this.measure(topology.name, AT_ONCE, (token) =>
      Promise.resolve(this.system.exchange(topology, token)),
    );
  }

  /** Watches a captured identity, sent straight to the service. */
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
      // A near-cache holds the session from here on.
      await this.expectAuthorized(name, exchange);
      await this.expectAuthorized(name, exchange);
      await this.signOut(token);
      const lasted = await this.lastAuthorized(exchange);
      if (lasted === null) unending += 1;
      delays.push(lasted ?? this.plan.watch);
    });
    return { name, delays, unending };
  }

  private async expectAuthorized(name: string, exchange: Exchange): Promise<void> {
    const { status } = await this.system.insist(exchange);
    if (status !== 200) throw new Error(`${name} must answer 200 to a live session, got ${status}`);
  }

  private async signOut(token: string): Promise<void> {
    const { status } = await this.system.insist(this.system.signOut(token));
    if (status !== 204) throw new Error(`A sign-out must be answered 204, got ${status}`);
  }

  /** Returns the milliseconds until the last authorized request; 0 without one, `null` without an end. */
  private async lastAuthorized(exchange: Exchange): Promise<number | null> {
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

/** Returns the request that a gateway would send now, with a fresh identity. */
export async function capturedIdentity(system: TopologySystem, token: string): Promise<Exchange> {
  const { verify, ...request } = system.exchangeWith('verify', 'orders gateway', token);
  if (verify === undefined)
    throw new TypeError('The exchange must have a verification: use the ingress "verify"');
  const { status, headers } = await system.insist(verify);
  const identity = headers[IDENTITY_HEADER];
  if (typeof identity !== 'string' || identity === '') {
    throw new Error(`/auth/verify must return an identity, got status ${status} without one`);
  }
  return { ...request, headers: { [IDENTITY_HEADER]: identity } };
}
