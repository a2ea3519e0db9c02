import { setTimeout as delay } from 'node:timers/promises';
import { RedisSessionStore } from 'nest-sessions/redis';
import { createSessionManager, type IssuedSession } from 'nest-sessions/issuer';
import { MeasuredRedis } from '../measure/measured-redis';
import type { BenchContext, Suite, SuiteResult } from '../suite';
import { type Load, LOADS, startLoad } from './loads';
import { NearCachedService } from './near-cached-service';
import { type ConditionFigures, revocationReport } from './revocation.report';

const SERVICES = 3;

/** Limit of staleness when the link to Redis breaks. */
const MAX_STALENESS_MS = 2_000;

/** A revocation that no service notices within this time counts as lost. */
const LOST_AFTER_MS = MAX_STALENESS_MS + 3_000;

/** Longest random pause between two revocations. */
const MOST_PAUSE_MS = 20;

/** Number of sessions that make the load. */
const VISITORS = 30;

interface Sizing {
  readonly revocations: number;
  /** Time for one kind of load in milliseconds. The suite stops early when it has passed. */
  readonly timeLimit: number;
}

const QUICK: Sizing = { revocations: 50, timeLimit: 4_000 };
const FULL: Sizing = { revocations: 400, timeLimit: 35_000 };

const NEWCOMER = {
  user: { id: '0b5a3f0e-8f52-4d4e-9b68-5f1d8f0c7a11', username: 'alice' },
  roles: ['orders'],
};

export const revocationSuite: Suite = {
  name: 'revocation',
  title: 'Delay until every near-cache refuses a revoked session',
  run,
};

async function run(context: BenchContext): Promise<SuiteResult> {
  const redis = await MeasuredRedis.start();
  const services: NearCachedService[] = [];
  try {
    for (let at = 0; at < SERVICES; at++) {
      services.push(await NearCachedService.start(redis.url, MAX_STALENESS_MS));
    }
    const trial = new Trial(redis, services);
    const figures: ConditionFigures[] = [];
    for (const load of LOADS) {
      const measured = await trial.measure(load, context.isQuick ? QUICK : FULL);
      figures.push(measured);
      context.log(`${load}: ${measured.delays.length} refusals, ${measured.lost} lost`);
    }
    return revocationReport(figures);
  } finally {
    for (const service of services) service.stop();
    await redis.stop();
  }
}

/** A session manager, and services that have its sessions in their near-caches. */
class Trial {
  private readonly manager;
  private readonly direct: RedisSessionStore;

  constructor(
    redis: MeasuredRedis,
    private readonly services: readonly NearCachedService[],
  ) {
    this.manager = createSessionManager(redis.client, { maxPerUser: 1_000 });
    this.direct = new RedisSessionStore(redis.client, 60_000);
  }

  async measure(kind: Load, { revocations, timeLimit }: Sizing): Promise<ConditionFigures> {
    const visitors = await this.signInMany(VISITORS);
    const load = await startLoad(
      kind,
      this.services.map(({ port }) => port),
      visitors.map(({ token }) => token),
    );
    const figures: ConditionFigures = {
      load: kind,
      delays: [],
      sinceBegin: [],
      lost: 0,
      revocations: 0,
      direct: 0,
    };
    try {
      const deadline = performance.now() + timeLimit;
      for (let n = 0; n < revocations && performance.now() < deadline; n++) {
        await this.revokeOne(figures);
      }
    } finally {
      figures.perSecond = await load.stop();
    }
    await Promise.all(visitors.map(({ session }) => this.manager.revoke(session.id)));
    return figures;
  }

  private async revokeOne(figures: ConditionFigures): Promise<void> {
    // Spreads the revocations over the phases of the load.
    await delay(Math.random() * MOST_PAUSE_MS);
    const { session } = await this.signIn();
    const { id } = session;
    const refusals = this.services.map((service) => service.refusal(id));
    await Promise.all(this.services.map((service) => service.watch(id)));
    const begunAt = process.hrtime.bigint();
    await this.manager.revoke(id);
    const returnedAt = process.hrtime.bigint();
    figures.revocations += 1;
    if ((await this.direct.find(id)) !== null) figures.direct += 1;
    for (const at of await Promise.all(refusals.map(inTime))) {
      if (at === null) figures.lost += 1;
      figures.delays.push(at === null ? LOST_AFTER_MS : millisecondsAfter(returnedAt, at));
      figures.sinceBegin.push(at === null ? LOST_AFTER_MS : millisecondsAfter(begunAt, at));
    }
  }

  private signIn(): Promise<IssuedSession> {
    return this.manager.create(NEWCOMER);
  }

  private signInMany(count: number): Promise<IssuedSession[]> {
    return Promise.all(Array.from({ length: count }, () => this.signIn()));
  }
}

async function inTime(refusal: Promise<bigint>): Promise<bigint | null> {
  let timer: NodeJS.Timeout | undefined;
  const lost = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      resolve(null);
    }, LOST_AFTER_MS);
  });
  try {
    return await Promise.race([refusal, lost]);
  } finally {
    clearTimeout(timer);
  }
}

/** Returns the milliseconds between two times, 0 when the second is earlier. */
function millisecondsAfter(start: bigint, at: bigint): number {
  return Math.max(0, Number(at - start) / 1e6);
}
