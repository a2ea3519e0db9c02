import { RedisCluster } from '../tools/redis/redis-cluster';
import { RedisSentinels, SENTINEL_NAME } from '../tools/redis/redis-sentinels';
import type { RedisServer } from '../tools/redis/redis-server';
import { eventually } from '../tools/testing/eventually';
import { call, json, tokenOf } from './support/http';
import { System } from './support/system';

interface Topology {
  /** How the services find it. */
  settings: NodeJS.ProcessEnv;
  /** A server that others stand by to replace. */
  master: RedisServer;
  stop: () => Promise<void>;
}

async function sentinels(): Promise<Topology> {
  const group = await RedisSentinels.start();
  const settings = { REDIS_SENTINELS: group.nodes, REDIS_SENTINEL_NAME: SENTINEL_NAME };
  return { settings, master: group.master, stop: () => group.stop() };
}

async function cluster(): Promise<Topology> {
  const nodes = await RedisCluster.start();
  const [master] = nodes.masters as [RedisServer];
  return { settings: { REDIS_CLUSTER: nodes.nodes }, master, stop: () => nodes.stop() };
}

describe.each([
  ['behind Sentinels', sentinels],
  ['as a Cluster', cluster],
])('the services, with Redis %s', (_, start) => {
  let topology: Topology;
  let system: System;

  beforeAll(async () => {
    topology = await start();
    system = await System.start('fastify', {
      REDIS_URL: '',
      SESSION_WAIT_REPLICAS: '1',
      SESSION_MAX_PER_USER: '3',
      ...topology.settings,
    });
  }, 60_000);

  afterAll(async () => {
    await system.stop();
    await topology.stop();
  });

  it('let in who may, keep out who may not, and forget who signed out', async () => {
    const [alice, bob] = [await system.signIn('alice'), await system.signIn('bob')];
    expect(await system.statuses(alice)).toEqual([200, 200, 200]);
    expect(await system.statuses(bob)).toEqual([200, 403, 200]);
    expect((await system.logout(alice)).status).toBe(204);
    expect(await system.statuses(alice)).toEqual([401, 401, 401]);
    expect(await system.statuses(bob)).toEqual([200, 403, 200]);
  });

  it('follow a change of roles, a limit and a change of password', async () => {
    const admin = await system.signIn('admin');
    const tokens: string[] = [];
    for (let i = 0; i < 4; i += 1) tokens.push(await system.signIn('carol'));
    const [oldest = '', ...kept] = tokens;
    expect(await system.statuses(oldest)).toEqual([401, 401, 401]);

    const id = await system.userId(admin, 'carol');
    const roles = { method: 'PUT', cookie: admin, body: { roles: ['products'] } };
    expect((await call(`${system.auth.url}/admin/users/${id}/roles`, roles)).status).toBe(200);
    for (const token of kept) expect(await system.statuses(token)).toEqual([200, 403, 200]);

    const [first = '', second = ''] = kept;
    const sessions = `${system.auth.url}/auth/sessions`;
    expect(json<unknown[]>(await call(sessions, { cookie: first }))).toHaveLength(3);
    const password = 'carol-demo-password';
    const changed = await call(`${system.auth.url}/auth/password`, {
      cookie: first,
      body: { currentPassword: password, newPassword: password },
    });
    expect(changed.status).toBe(204);
    expect(await system.statuses(second)).toEqual([401, 401, 401]);
    expect(await system.statuses(tokenOf(changed))).toEqual([200, 403, 200]);
  });

  it('go on without a restart when a master dies, and let nobody back in', async () => {
    const [gone, alive] = [await system.signIn('alice'), await system.signIn('bob')];
    await system.logout(gone);
    topology.master.kill('SIGKILL');
    await topology.master.exited;

    const products = (cookie: string) => call(`${system.products.url}/products`, { cookie });
    await eventually(async () => {
      const [out, inside] = [await products(gone), await products(alive)];
      expect([401, 503]).toContain(out.status);
      expect([200, 503]).toContain(inside.status);
      return out.status === 401 && inside.status === 200;
    });
    await eventually(async () => {
      const login = await system.login('alice', 'alice-demo-password');
      return login.status === 200;
    });
  });
});
