import type { INestApplication } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { SessionManager } from 'nest-sessions/issuer';
import { SessionTestingModule } from 'nest-sessions/testing';
import request from 'supertest';
import { listen } from '../../libs/session/test-support/http-adapters';
import { withCookie } from '../../libs/session/test-support/requests';
import { RedisServer } from '../../tools/redis/redis-server';
import { untilFollowed } from '../../tools/redis/until-followed';
import { eventually } from '../../tools/testing/eventually';
import { AuthModule } from './redis-failover/auth.module';

describe('the recipe "Survive a failover"', () => {
  let master: RedisServer;
  let replica: RedisServer;
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    master = await RedisServer.start();
    replica = await RedisServer.start({ args: ['--replicaof', `127.0.0.1 ${master.port}`] });
    await untilFollowed(master.url, 1);
    ({ app, url } = await listen(() => new ExpressAdapter(), {
      imports: [AuthModule, SessionTestingModule.forRoot({ redis: master.url })],
    }));
  });
  afterAll(async () => {
    await app.close();
    await replica.stop();
    await master.stop();
  });

  async function signIn(): Promise<Record<string, string>> {
    const user = { id: 'u-1', username: 'ada' };
    const { token } = await app.get(SessionManager, { strict: false }).create({ user, roles: [] });
    return withCookie(token).headers;
  }

  const statusOf = async (
    method: 'get' | 'post' | 'put',
    path: string,
    headers: Record<string, string> = {},
  ) => (await request(url)[method](path).set(headers)).status;

  /** Repeats a request that a replica has not confirmed in time, as on a stalled machine. */
  const untilStatus = (status: number, ...given: Parameters<typeof statusOf>) =>
    eventually(async () => {
      const found = await statusOf(...given);
      expect([status, 503]).toContain(found);
      return found === status;
    });

  it('answers a sign-out, a ban and a role change once a replica has it', async () => {
    const ada = await signIn();
    await untilStatus(200, 'put', '/roles');
    await untilStatus(204, 'post', '/logout', ada);
    expect(await statusOf('get', '/profile', ada)).toBe(401);
    await untilStatus(200, 'put', '/ban');
  });

  it('answers 503 while no replica confirms, applies the change anyway, and can be repeated', async () => {
    const [ada, grace] = [await signIn(), await signIn()];
    replica.kill('SIGSTOP');
    try {
      expect(await statusOf('put', '/roles')).toBe(503);
      expect(await statusOf('post', '/logout', ada)).toBe(503);
      expect(await statusOf('get', '/profile', ada)).toBe(401);
      expect(await statusOf('post', '/logout', ada)).toBe(503);
      // Guarded requests and sign-ins wait for no replica.
      expect(await statusOf('get', '/profile', grace)).toBe(200);
      expect(await statusOf('get', '/profile', await signIn())).toBe(200);
      expect(await statusOf('put', '/ban')).toBe(503);
    } finally {
      replica.kill('SIGCONT');
    }
    await untilStatus(204, 'post', '/logout', ada);
    await untilStatus(200, 'put', '/ban');
    expect(await statusOf('get', '/profile', grace)).toBe(401);
  });
});
