import { setTimeout as delay } from 'node:timers/promises';
import { call } from '../support/http';
import { System } from '../support/system';
import { callsOf } from './support/calls-of';
import { ProxiedRedis } from './support/proxied-redis';
import { expectUnavailable } from './support/rules';
import { sessionsOf } from './support/sessions-of';
import { underLoad } from './support/under-load';

/** Duration of a fault, in milliseconds. */
const A_WHILE = 2_000;

/** Commands with which auth stores and ends a session, after its reads. */
const STORES_SESSION = /set\r\n\$\d+\r\nsession:/i;
const ENDS_SESSION = /eval\r\n/i;

describe('the services, on a faulty network to Redis', () => {
  let system: System<ProxiedRedis>;

  beforeAll(async () => {
    system = await System.startOn(() => ProxiedRedis.start(), 'express');
  });
  afterAll(() => system.stop());

  it('recover from replies that take 300 ms', async () => {
    await underLoad(system, { title: '300 ms of latency to Redis' }, async (stage) => {
      for (const way of system.redis.allWays) way.delayReplies(300);
      await delay(A_WHILE);
      for (const way of system.redis.allWays) way.delayReplies(0);
      stage.faultIsNow();
      await stage.untilRecovered();
      await stage.signOut(stage.signedIn);
    });
  });

  it('recover from broken connections that are refused for a while', async () => {
    await underLoad(system, { title: 'connections reset, refused for 2 s' }, async (stage) => {
      for (const way of system.redis.allWays) await way.refuse();
      await delay(A_WHILE);
      for (const way of system.redis.allWays) await way.accept();
      stage.faultIsNow();
      await stage.untilRecovered();
      await stage.signOut(stage.signedIn);
    });
  });

  it('do not repeat a sign-in whose reply is lost', async () => {
    await underLoad(system, { title: 'the reply to a sign-in is lost' }, async (stage) => {
      const { redis } = system;
      const admin = await system.signIn('admin');
      const alice = await system.userId(admin, 'alice');

      const before = await callsOf(redis.url, 'set');
      redis.wayOf('auth').loseRepliesFrom(STORES_SESSION);
      expectUnavailable(await system.login('alice', 'alice-demo-password'));
      const stored = await callsOf(redis.url, 'set');
      expect(stored).toBeGreaterThan(before);
      stage.faultIsNow();
      redis.wayOf('auth').cut();
      await stage.untilServed();
      expect(await callsOf(redis.url, 'set')).toBe(stored);

      await system.signIn('alice');
      const everySession = `${system.auth.url}/admin/users/${alice}/sessions`;
      const ended = await call(everySession, { method: 'DELETE', cookie: admin });
      expect(ended.status).toBe(204);
      expect(await sessionsOf(redis.url, alice)).toEqual([]);
      await delay(A_WHILE);
      expect(await sessionsOf(redis.url, alice)).toEqual([]);
    });
  });

  it('do not repeat a sign-out whose reply is lost', async () => {
    await underLoad(system, { title: 'the reply to a sign-out is lost' }, async (stage) => {
      const { redis } = system;
      const leaver = stage.signedIn;
      leaver.signedIn = 'unknown';
      const before = await callsOf(redis.url, 'eval');
      redis.wayOf('auth').loseRepliesFrom(ENDS_SESSION);
      expectUnavailable(await system.logout(leaver.token));
      // The script that ends a session has run, and does not run again before the next request for it.
      const ended = await callsOf(redis.url, 'eval');
      expect(ended).toBe(before + 1);
      stage.faultIsNow();
      redis.wayOf('auth').cut();
      await stage.untilServed();
      expect(await callsOf(redis.url, 'eval')).toBe(ended);

      await stage.signOut(leaver);
      await stage.untilRecovered();
      expect(await system.statuses(leaver.token)).toEqual([401, 401, 401]);
    });
  });
});
