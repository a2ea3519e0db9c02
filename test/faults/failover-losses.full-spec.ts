import { setTimeout as delay } from 'node:timers/promises';
import type { RedisServer } from '../../tools/redis/redis-server';
import { eventually } from '../../tools/testing/eventually';
import { GuardedSentinels } from '../support/guarded-sentinels';
import { call } from '../support/http';
import { withRedis } from '../support/redis-dump';
import { System } from '../support/system';
import { reportLoss } from './support/figures';
import { underLoad } from './support/under-load';

const REPLICAS = 2;

/** How many are signed out at each failover. */
const SESSIONS = 30;

/** More than the kernel takes off the master's hands for a replica that does not read. */
const BULK = 'x'.repeat(32 * 1024 * 1024);

/**
 * Redis replicates in the background: a master that is replaced takes to its grave what the new one
 * does not have yet, logouts that were acknowledged included.
 *
 * With `SESSION_WAIT_REPLICAS=1` none of them is lost when a master dies, as the Sentinels choose the
 * replica that has most. A failover that is asked for is another matter: until the old master is told,
 * it takes writes and has a replica left to follow them. None is lost there when all are waited for.
 */
describe.each([0, 1, REPLICAS])('a failover, with SESSION_WAIT_REPLICAS=%i', (waitReplicas) => {
  let system: System<GuardedSentinels>;

  beforeAll(async () => {
    system = await System.startOn(() => GuardedSentinels.start(), 'fastify', {
      SESSION_WAIT_REPLICAS: String(waitReplicas),
      SESSION_MAX_PER_USER: String(3 * SESSIONS),
    });
  });
  afterAll(() => system.stop());

  it('that is asked for, among logouts at a steady rate', async () => {
    await system.redis.untilSettled(REPLICAS);
    const lost = await losses('SENTINEL FAILOVER among logouts', async (tokens, logout) => {
      const failover = system.redis.failOver();
      await atSteadyRate(tokens, 100, logout);
      await failover;
    });
    if (waitReplicas === REPLICAS) expect(lost).toBe(0);
  });

  // Once one of them has become the master, nobody could sign out who waits for all.
  if (waitReplicas === REPLICAS) return;

  it('among logouts at a steady rate', async () => {
    const master = await system.redis.untilSettled(REPLICAS);
    const lost = await losses('SIGKILL of the master among logouts', async (tokens, logout) => {
      const middle = tokens[tokens.length / 2];
      await atSteadyRate(tokens, 25, (token) => {
        if (token === middle) master.kill('SIGKILL');
        return logout(token);
      });
    });
    if (waitReplicas > 0) expect(lost).toBe(0);
  });

  it('after logouts that no replica has followed', async () => {
    const master = await system.redis.untilSettled(REPLICAS - 1);
    const replicas = await followersOf(master);
    const title = 'SIGKILL of a master that replicas lag behind';
    const lost = await losses(title, async (tokens, logout) => {
      await whileLagging(master, replicas, async () => {
        await Promise.all(tokens.map(logout));
        master.kill('SIGKILL');
        await master.exited;
      });
    });
    // Without this the other figures would say nothing.
    if (waitReplicas === 0) expect(lost).toBeGreaterThan(0);
    else expect(lost).toBe(0);
  });

  /**
   * Has sessions signed out at a failover.
   *
   * @returns how many are let in after it though their logout was acknowledged
   */
  async function losses(
    title: string,
    failover: (
      tokens: readonly string[],
      logout: (token: string) => Promise<void>,
    ) => Promise<void>,
  ): Promise<number> {
    let lost = 0;
    const fullTitle = `${title}, SESSION_WAIT_REPLICAS=${waitReplicas}`;
    await underLoad(system, { title: fullTitle, recoveryGoal: 6_000 }, async (stage) => {
      const signIns = Array.from({ length: SESSIONS }, () => system.signIn('carol'));
      const tokens = await Promise.all(signIns);
      const acknowledged: string[] = [];
      stage.faultIsNow();
      await failover(tokens, async (token) => {
        const { status } = await system.logout(token);
        expect([204, 503]).toContain(status);
        if (status === 204) acknowledged.push(token);
      });
      await stage.untilRecovered();
      const letIn = await Promise.all(acknowledged.map(isLetIn));
      lost = letIn.filter(Boolean).length;
      const refused = SESSIONS - acknowledged.length;
      await reportLoss({ title, waitReplicas, acknowledged: acknowledged.length, refused, lost });
    });
    return lost;
  }

  /** A machine that stalls has a service say 503, which says neither. */
  async function isLetIn(token: string): Promise<boolean> {
    let status = 503;
    await eventually(async () => {
      ({ status } = await call(system.doorOf('products'), { cookie: token }));
      return status !== 503;
    });
    expect([200, 401]).toContain(status);
    return status === 200;
  }

  async function followersOf(master: RedisServer): Promise<RedisServer[]> {
    const info = await withRedis(system.redis.urlOf(master), (client) =>
      client.info('replication'),
    );
    return system.redis.servers.filter(({ port }) => info.includes(`port=${port},state=online`));
  }

  /** Does something while no replica reads what the master sends, and the kernel's buffers are full. */
  async function whileLagging(
    master: RedisServer,
    replicas: readonly RedisServer[],
    work: () => Promise<void>,
  ): Promise<void> {
    for (const replica of replicas) replica.kill('SIGSTOP');
    try {
      await withRedis(system.redis.urlOf(master), async (client) => {
        await client.set('bulk', BULK, 'EX', 60);
        await eventually(async () => {
          const links = String(await client.client('LIST', 'TYPE', 'REPLICA'));
          return !links.includes(' omem=0 ');
        });
      });
      await work();
    } finally {
      for (const replica of replicas) replica.kill('SIGCONT');
    }
  }
});

/** Starts on one every so many milliseconds, whether those before are done or not. */
async function atSteadyRate(
  tokens: readonly string[],
  interval: number,
  logout: (token: string) => Promise<void>,
): Promise<void> {
  const answers: Promise<void>[] = [];
  for (const token of tokens) {
    answers.push(logout(token));
    await delay(interval);
  }
  await Promise.all(answers);
}
