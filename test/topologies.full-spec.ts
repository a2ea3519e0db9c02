import { eventually } from '../tools/testing/eventually';
import { GuardedCluster } from './support/guarded-cluster';
import { GuardedSentinels } from './support/guarded-sentinels';
import { call, json, tokenOf } from './support/http';
import { withRedis } from './support/redis-dump';
import { System } from './support/system';

type Topology = GuardedSentinels | GuardedCluster;

describe.each<[name: string, start: () => Promise<Topology>]>([
  ['behind Sentinels', () => GuardedSentinels.start()],
  ['as a Cluster', () => GuardedCluster.start()],
])('the services, with Redis %s', (_, start) => {
  let system: System<Topology>;

  beforeAll(async () => {
    system = await System.startOn(start, 'fastify', { SESSION_MAX_PER_USER: '3' });
  }, 60_000);

  afterAll(() => system.stop());

  it('authorize users by their roles until they sign out', async () => {
    const [alice, bob] = [await system.signIn('alice'), await system.signIn('bob')];
    expect(await system.statuses(alice)).toEqual([200, 200, 200]);
    expect(await system.statuses(bob)).toEqual([200, 403, 200]);
    expect((await system.logout(alice)).status).toBe(204);
    expect(await system.statuses(alice)).toEqual([401, 401, 401]);
    expect(await system.statuses(bob)).toEqual([200, 403, 200]);
  });

  it('apply a role change, the session limit and a password change', async () => {
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

  it('recover from a dead master without a restart, and revive no revoked session', async () => {
    const [gone, alive] = [await system.signIn('alice'), await system.signIn('bob')];
    await system.logout(gone);
    const { master } = system.redis;
    master.kill('SIGKILL');
    await master.exited;

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

  it('send only permitted commands, as do replicas and Sentinels', async () => {
    const { redis } = system;
    for (const server of redis.servers.filter((it) => it !== redis.master)) {
      const log = await withRedis(redis.urlOf(server), (client) => client.acl('LOG'));
      const refused = (log as string[][]).map((entry) => entry[entry.indexOf('object') + 1]);
      // Commands that ioredis sends to a Cluster's replicas and does not need: sessions are not read there.
      const spared = ['readonly', 'readwrite'];
      expect(refused.filter((object) => !spared.includes(object ?? ''))).toEqual([]);
    }
  });
});
