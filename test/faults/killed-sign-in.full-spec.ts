import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EmbeddedPostgres,
  openEmbeddedPostgres,
} from '../../apps/auth/src/database/embedded-postgres';
import { call, json, tokenOf, type Answer } from '../support/http';
import { withRedis } from '../support/redis-dump';
import { System } from '../support/system';
import { ProxiedRedis } from './support/proxied-redis';
import { idOf } from '../support/session-key';
import { readsOfSignIn } from './support/sign-in-reads';
import { sessionsOf } from './support/sessions-of';
import { underLoad } from './support/under-load';

/** Milliseconds: the app restarts about two dozen times. */
const TIME_LIMIT = 300_000;

describe('the auth app, killed between any two commands of a sign-in', () => {
  let dataDir: string;
  let postgres: EmbeddedPostgres;
  let system: System<ProxiedRedis>;

  const problems: string[] = [];

  beforeAll(async () => {
    // The users outlive the app, and keep their ids.
    dataDir = await mkdtemp(join(tmpdir(), 'killed-sign-in-'));
    // The app uses this server, so that it recovers none at each start.
    postgres = await openEmbeddedPostgres(dataDir, (message) => problems.push(message));
    system = await System.startOn(() => ProxiedRedis.start(), 'fastify', { DATA_DIR: dataDir });
  });
  afterAll(async () => {
    await system.stop();
    await postgres.stop();
    expect(problems).toEqual([]);
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

  it(
    'leaves no key without an expiry and no usable session',
    async () => {
      const { redis } = system;
      const admin = await system.signIn('admin');
      const alice = await system.userId(admin, 'alice');
      const everySession = `${system.auth.url}/admin/users/${alice}/sessions`;
      // Once the user's network is known, every sign-in sends the same reads.
      await system.signIn('alice');
      const reads = await readsOfSignIn(system);
      const title = 'auth killed between two commands of a sign-in';
      await underLoad(system, { title, services: ['orders', 'products'] }, async () => {
        let answer: Answer | null = null;
        // An app that is killed before its first write leaves Redis unchanged, regardless of its reads.
        for (let commands = 0; answer === null; commands = Math.max(commands + 1, reads - 1)) {
          answer = await signInAllowing(commands);
          expect(await keysWithoutExpiry(redis.url)).toEqual([]);

          await system.startAgain('auth');
          const own = tokenOf(await system.login('alice', 'alice-demo-password'));
          const list = await call(everySession, { cookie: admin });
          expect(json<unknown[]>(list)).toContainEqual(expect.objectContaining({ id: idOf(own) }));
          const ended = await call(everySession, { method: 'DELETE', cookie: admin });
          expect(ended.status).toBe(204);
          expect(await system.statuses(own)).toEqual([401, 401, 401]);

          // A session that was stored and not indexed yet remains until its TTL ends: only the killed process
          // knew its token.
          const left = await sessionsOf(redis.url, alice);
          expect(left.length).toBeLessThanOrEqual(answer === null ? 1 : 0);
          await withRedis(redis.url, (client) => Promise.all(left.map((key) => client.del(key))));
        }
        expect(await system.statuses(tokenOf(answer))).toEqual([401, 401, 401]);
      });
    },
    TIME_LIMIT,
  );
});

function keysWithoutExpiry(url: string): Promise<string[]> {
  return withRedis(url, async (client) => {
    const keys = await client.keys('*');
    const lives = await Promise.all(keys.map((key) => client.pttl(key)));
    return keys.filter((_, i) => lives[i] === -1);
  });
}
