import { mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { eventually } from '../../tools/testing/eventually';
import { GuardedRedis } from '../support/guarded-redis';
import { dump, withRedis } from '../support/redis-dump';
import { System } from '../support/system';
import { expectUnavailable } from './support/rules';
import type { Stage } from './support/stage';
import { underLoad } from './support/under-load';
import { signIn } from './support/visitor';

/** Duration of a fault, in milliseconds. */
const A_WHILE = 2_000;

describe('the services on one Redis server', () => {
  let system: System;
  let restarted: GuardedRedis | undefined;

  beforeAll(async () => {
    system = await System.start('express');
  });
  afterAll(async () => {
    await system.stop();
    await restarted?.stop();
  });

  const asTester = <T>(work: (client: Redis) => Promise<T>) => withRedis(system.redis.url, work);
  const login = () => system.login('alice', 'alice-demo-password');
  const keys = async () => Object.keys(await dump(system.redis.url));

  it('reject sign-ins but serve sessions and sign-outs while Redis is out of memory', async () => {
    const title = 'Redis out of memory (noeviction)';
    await underLoad(system, { title }, async (stage) => {
      const before = await keys();
      stage.faultIsNow();
      // Below the memory in use, so that freed buffers make no room.
      await asTester((client) => client.config('SET', 'maxmemory', '1'));
      expectUnavailable(await login());
      expect(await keys()).toEqual(before);
      await delay(A_WHILE);
      await stage.signOut(stage.signedIn);
      expect(statusesIn(stage)).not.toContain(503);

      await asTester((client) => client.config('SET', 'maxmemory', '0'));
      await stage.untilRecovered();
    });
  });

  it('serve sessions but no sign-in or sign-out while a failed snapshot blocks writes', async () => {
    const title = 'a snapshot fails (MISCONF)';
    await underLoad(system, { title }, async (stage) => {
      const [, folder = ''] = await asTester((client) => client.config('GET', 'dir'));
      // A file cannot replace a folder.
      const obstacle = join(folder, 'dump.rdb');
      await mkdir(obstacle);
      stage.faultIsNow();
      await asTester((client) => client.config('SET', 'save', '3600 1'));
      await snapshot('err');
      expectUnavailable(await login());
      expectUnavailable(await system.logout(stage.signedIn.token));
      await delay(A_WHILE);
      expect(statusesIn(stage)).toContain(200);

      await rmdir(obstacle);
      await snapshot('ok');
      await stage.untilRecovered();
      await stage.signOut(stage.signedIn);
    });
  });

  it('recover when Redis dies and restarts empty', async () => {
    const title = 'Redis killed, started again empty';
    await underLoad(system, { title }, async (stage) => {
      for (const visitor of stage.visitors) {
        if (visitor.signedIn === 'yes') visitor.signedIn = 'unknown';
      }
      system.redis.kill('SIGKILL');
      await system.redis.exited;
      await delay(A_WHILE);
      restarted = await GuardedRedis.start({ port: system.redis.port });
      for (const visitor of stage.visitors) visitor.signedIn = 'no';
      stage.faultIsNow();
      await eventually(() => statusesIn(stage).filter((it) => it === 401).length > 100);
      stage.visitors.push(await signIn(system));
      await stage.untilRecovered();
    });
  });

  async function snapshot(status: 'ok' | 'err'): Promise<void> {
    await asTester(async (client) => {
      await client.bgsave();
      await eventually(async () =>
        (await client.info('persistence')).includes(`rdb_last_bgsave_status:${status}`),
      );
    });
  }
});

function statusesIn({ sinceFault }: Stage): (number | null)[] {
  return sinceFault.map(({ outcome }) => (outcome instanceof Error ? null : outcome.status));
}
