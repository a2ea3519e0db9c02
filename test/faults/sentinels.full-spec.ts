import { SENTINEL_CONVERSION_MS } from '../../tools/redis/redis-sentinels';
import { eventually } from '../../tools/testing/eventually';
import { GuardedSentinels } from '../support/guarded-sentinels';
import { withRedis } from '../support/redis-dump';
import { System } from '../support/system';
import { underLoad } from './support/under-load';

describe('behind Sentinels', () => {
  let system: System<GuardedSentinels>;

  beforeAll(async () => {
    system = await System.startOn(() => GuardedSentinels.start(), 'fastify');
  });
  afterAll(() => system.stop());

  it('a failover that is asked for', async () => {
    const { redis } = system;
    const old = await redis.untilSettled(2);
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
      await stage.signOut(stage.signedIn);
    });
  });

  it('a master that freezes, is replaced, and wakes up', async () => {
    const { redis } = system;
    const old = await redis.untilSettled(2);
    const title = 'SIGSTOP of the master behind Sentinels, later SIGCONT';
    await underLoad(system, { title, recoveryGoal: 8_000 }, async (stage) => {
      stage.faultIsNow();
      old.kill('SIGSTOP');
      try {
        await stage.untilRecovered();
        await stage.signOut(stage.signedIn);
      } finally {
        old.kill('SIGCONT');
      }
      // Until then it takes itself for the master, with the session that was ended on the new one.
      await eventually(
        async () => (await roleOf(redis.urlOf(old))) === 'slave',
        SENTINEL_CONVERSION_MS,
      );
      await stage.untilRecovered();
    });
  });

  it('a master that dies', async () => {
    const { redis } = system;
    const master = await redis.untilSettled(2);
    const title = 'SIGKILL of the master behind Sentinels';
    await underLoad(system, { title, recoveryGoal: 6_000 }, async (stage) => {
      stage.faultIsNow();
      master.kill('SIGKILL');
      await master.exited;
      await stage.untilRecovered();
      await stage.signOut(stage.signedIn);
    });
  });
});

/** @returns `master` or `slave` */
async function roleOf(url: string): Promise<string | undefined> {
  const info = await withRedis(url, (client) => client.info('replication'));
  return /^role:(\w+)/m.exec(info)?.[1];
}
