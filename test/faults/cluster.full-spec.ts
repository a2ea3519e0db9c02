import { GuardedCluster } from '../support/guarded-cluster';
import { System } from '../support/system';
import { sessionKeyOf } from '../support/session-key';
import { underLoad } from './support/under-load';

describe('the services on a Cluster', () => {
  let system: System<GuardedCluster>;

  beforeAll(async () => {
    system = await System.startOn(() => GuardedCluster.start({ isPatient: false }), 'fastify');
  });
  afterAll(() => system.stop());

  it('recover when a master dies', async () => {
    const title = 'SIGKILL of a master of the Cluster';
    await underLoad(system, { title, recoveryGoal: 8_000 }, async (stage) => {
      const master = await system.redis.masterOf(sessionKeyOf(stage.signedIn.token));
      stage.faultIsNow();
      master.kill('SIGKILL');
      await master.exited;
      await stage.untilRecovered();
      await stage.signOut(stage.signedIn);
    });
  });
});
