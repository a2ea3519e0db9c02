import { setTimeout as delay } from 'node:timers/promises';
import { SENTINEL_CONVERSION_MS } from '../../tools/redis/redis-sentinels';
import type { RedisServer } from '../../tools/redis/redis-server';
import { eventually } from '../../tools/testing/eventually';
import { GuardedSentinels } from '../support/guarded-sentinels';
import { call } from '../support/http';
import { withRedis } from '../support/redis-dump';
import { System } from '../support/system';
import { reportLoss } from './support/figures';
import type { Stage } from './support/stage';
import { underLoad } from './support/under-load';

const REPLICAS = 2;

/** Number of sessions that are signed out at each failover. */
const SESSIONS = 30;

/** More data than the kernel buffers for a replica that does not read. */
const BULK = 'x'.repeat(32 * 1024 * 1024);

/**
 * Redis replicates in the background. A replaced master loses the writes that the new master does not have
 * yet, including acknowledged logouts.
 *
 * With `SESSION_WAIT_REPLICAS=1` no logout is lost when a master dies: the Sentinels choose the replica with
 * the most data. A requested failover is different: until the old master learns of it, it accepts writes and
 * still has a replica that follows them. No logout is lost there when the service waits for all replicas.
 */
describe.each([0, 1, REPLICAS])(
  'the services at a failover, with SESSION_WAIT_REPLICAS=%i',
  (waitReplicas) => {
    let system: System<GuardedSentinels>;

    beforeAll(async () => {
      system = await System.startOn(() => GuardedSentinels.start({ isPatient: false }), 'fastify', {
        SESSION_WAIT_REPLICAS: String(waitReplicas),
        SESSION_MAX_PER_USER: String(3 * SESSIONS),
      });
    });
    afterAll(() => system.stop());

    // Waiting for replicas changes nothing where every server returns.
    if (waitReplicas === 0) {
      it('recover when the failover is requested and the old master is alive', async () => {
        const { redis } = system;
        const old = await redis.untilSettled(REPLICAS);
        const title = 'SENTINEL FAILOVER, the old master alive';
        await underLoad(system, { title, recoveryGoal: 6_000 }, async (stage) => {
          stage.faultIsNow();
          await redis.failOver();
          await eventually(async () => (await redis.currentMaster()) !== old);
          await eventually(
            async () => (await roleOf(redis.urlOf(old))) === 'slave',
            SENTINEL_CONVERSION_MS,
          );
          await stage.untilRecovered();
          await stage.signOut(stage.signedIn, untilFollowed);
        });
      });

      it('recover when the master freezes, is replaced and resumes', async () => {
        const { redis } = system;
        const old = await redis.untilSettled(REPLICAS);
        const title = 'SIGSTOP of the master behind Sentinels, later SIGCONT';
        await underLoad(system, { title, recoveryGoal: 8_000 }, async (stage) => {
          stage.faultIsNow();
          old.kill('SIGSTOP');
          try {
            await stage.untilRecovered();
            await stage.signOut(stage.signedIn, untilFollowed);
          } finally {
            old.kill('SIGCONT');
          }
          // Until then it acts as the master, with the session that was ended on the new master.
          await eventually(
            async () => (await roleOf(redis.urlOf(old))) === 'slave',
            SENTINEL_CONVERSION_MS,
          );
          await stage.untilRecovered();
        });
      });
    }

    it('recover from a requested failover, and lose no logout that waits for all replicas', async () => {
      await system.redis.untilSettled(REPLICAS);
      const lost = await losses('SENTINEL FAILOVER among logouts', async (tokens, logout) => {
        const failover = system.redis.failOver();
        await atSteadyRate(tokens, 100, logout);
        await failover;
      });
      if (waitReplicas === REPLICAS) expect(lost).toBe(0);
    });

    // Once a replica has become the master, no logout that waits for all replicas could succeed.
    if (waitReplicas === REPLICAS) return;

    it('recover when the master dies, and lose no logout that waits for a replica', async () => {
      const master = await system.redis.untilSettled(REPLICAS);
      const title = 'SIGKILL of the master among logouts';
      const lost = await losses(
        title,
        async (tokens, logout) => {
          const middle = tokens[tokens.length / 2];
          await atSteadyRate(tokens, 25, (token) => {
            if (token === middle) master.kill('SIGKILL');
            return logout(token);
          });
          await master.exited;
        },
        (stage) => stage.signOut(stage.signedIn, untilFollowed),
      );
      if (waitReplicas > 0) expect(lost).toBe(0);
    });

    it('lose unreplicated logouts only when they do not wait for a replica', async () => {
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
      // Without a loss here, the other figures would prove nothing.
      if (waitReplicas === 0) expect(lost).toBeGreaterThan(0);
      else expect(lost).toBe(0);
    });

    /**
     * Signs sessions out at a failover.
     *
     * @param afterwards Work to do once all visitors are served again.
     * @returns number of sessions that are authorized afterwards although their logout was acknowledged
     */
    async function losses(
      title: string,
      failover: (
        tokens: readonly string[],
        logout: (token: string) => Promise<void>,
      ) => Promise<void>,
      afterwards: (stage: Stage) => Promise<void> = () => Promise.resolve(),
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
        await afterwards(stage);
        const letIn = await Promise.all(acknowledged.map(isLetIn));
        lost = letIn.filter(Boolean).length;
        const refused = SESSIONS - acknowledged.length;
        await reportLoss({ title, waitReplicas, acknowledged: acknowledged.length, refused, lost });
      });
      return lost;
    }

    /**
     * Whether a token is authorized. Retries a 503, which a stalled machine answers and which proves neither.
     */
    async function isLetIn(token: string): Promise<boolean> {
      let status = 503;
      await eventually(async () => {
        ({ status } = await call(system.doorOf('products'), { cookie: token }));
        return status !== 503;
      });
      expect([200, 401]).toContain(status);
      return status === 200;
    }

    /**
     * Waits until a replica has the writes. On a slow machine the Sentinels may fail over once more, which
     * loses a logout that no replica has.
     */
    async function untilFollowed(): Promise<void> {
      await eventually(async () => {
        const master = await system.redis.currentMaster();
        if (master === undefined) return false;
        const url = system.redis.urlOf(master);
        return (await withRedis(url, (client) => client.wait(1, 1_000))) > 0;
      });
    }

    async function followersOf(master: RedisServer): Promise<RedisServer[]> {
      const info = await withRedis(system.redis.urlOf(master), (client) =>
        client.info('replication'),
      );
      return system.redis.servers.filter(({ port }) => info.includes(`port=${port},state=online`));
    }

    /** Runs work while no replica reads the master's output, and the kernel's buffers are full. */
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
  },
);

/** Starts a logout at every interval, in milliseconds, without waiting for earlier logouts. */
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

/** @returns `master` or `slave` */
async function roleOf(url: string): Promise<string | undefined> {
  const info = await withRedis(url, (client) => client.info('replication'));
  return /^role:(\w+)/m.exec(info)?.[1];
}
