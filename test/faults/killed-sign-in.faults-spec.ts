import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer } from '../support/http';
import { call, json, tokenOf } from '../support/http';
import { withRedis } from '../support/redis-dump';
import { System } from '../support/system';
import { ProxiedRedis } from './support/proxied-redis';
import { sessionsOf } from './support/sessions-of';
import { underLoad } from './support/under-load';

describe('the auth app, killed between any two commands of a sign-in', () => {
  let dataDir: string;
  let system: System<ProxiedRedis>;

  beforeAll(async () => {
    // The users outlive the app, so that a session found later is known to be one of theirs.
    dataDir = await mkdtemp(join(tmpdir(), 'killed-sign-in-'));
    system = await System.startOn(() => ProxiedRedis.start(), 'fastify', { DATA_DIR: dataDir });
  });
  afterAll(async () => {
    await system.stop();
    await rm(dataDir, { recursive: true });
  });

  /** @returns `null` when the app was killed before it answered */
  async function signInAllowing(commands: number): Promise<Answer | null> {
    const held = system.redis.wayOf('auth').holdAfter(commands);
    const answer = system.login('alice', 'alice-demo-password').catch(() => null);
    await Promise.race([held, answer]);
    system.auth.kill('SIGKILL');
    await system.auth.exited;
    system.redis.wayOf('auth').cut();
    return answer;
  }

  it('leaves nothing that lasts for ever, and no session out of reach', async () => {
    const { redis } = system;
    const alice = await system.userId(await system.signIn('admin'), 'alice');
    const title = 'auth killed between two commands of a sign-in';
    await underLoad(system, { title, services: ['orders', 'products'] }, async () => {
      let commands = 0;
      for (let answer: Answer | null = null; answer === null; commands += 1) {
        answer = await signInAllowing(commands);
        expect(await keysWithoutExpiry(redis.url)).toEqual([]);

        await system.startAgain('auth');
        const cookie = tokenOf(await system.login('alice', 'alice-demo-password'));
        const own = `${system.auth.url}/auth/sessions`;
        expect((await call(own, { cookie })).status).toBe(200);
        expect((await call(own, { method: 'DELETE', cookie })).status).toBe(204);
        expect(json<unknown[]>(await call(own, { cookie }))).toHaveLength(1);
        console.log(commands, answer?.status, await sessionsOf(redis.url, alice));
        await system.logout(cookie);
      }
    });
  }, 200_000);
});

function keysWithoutExpiry(url: string): Promise<string[]> {
  return withRedis(url, async (client) => {
    const keys = await client.keys('*');
    const lives = await Promise.all(keys.map((key) => client.pttl(key)));
    return keys.filter((_, i) => lives[i] === -1);
  });
}
