import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../tools/testing/eventually';
import { EventStream } from './support/event-stream';
import { as, targetOf, tryEveryAttack } from './support/attacker';
import { SERVICES } from './support/guarded-redis';
import { call, json, tokenOf } from './support/http';
import { RESOURCE_SERVICES } from './support/near-cache-rights';
import { commandsGranted, dumpOf, withRedis } from './support/redis-dump';
import { idOf } from './support/session-key';
import { sharedSystem } from './support/shared-systems';
import { type Adapter, System } from './support/system';

describe.each(RESOURCE_SERVICES)('an attacker with the Redis password of %s', (service) => {
  let system: System;

  beforeAll(async () => {
    system = await sharedSystem('express');
  });

  it('can neither forge nor escalate a session', async () => {
    const token = await system.signIn(await system.createUser());
    expect(await system.statuses(token)).toEqual([200, 200, 200]);
    const target = await targetOf(system, token);
    const before = await sessionsIn(system);
    await tryEveryAttack(system, service, target);
    expect(await sessionsIn(system)).toEqual(before);
    expect(await system.statuses(target.token)).toEqual([401, 401, 401]);
    expect(await system.statuses(token)).toEqual([200, 200, 200]);
    const order = { cookie: token, body: { productId: 'tea', quantity: 1 } };
    expect((await call(`${system.orders.url}/orders`, order)).status).toBe(403);
    expect((await call(`${system.auth.url}/admin/users`, { cookie: token })).status).toBe(403);
  });
});

describe.each(RESOURCE_SERVICES)(
  'an attacker with the Redis password of %s and the hash of a session',
  (service) => {
    let system: System;

    beforeAll(async () => {
      system = await sharedSystem('express');
    });

    it('can read the session, but finds nothing in it to sign in with', async () => {
      const user = await system.createUser();
      const token = await system.signIn(user);
      const id = idOf(token);
      const record = String(await as(system, service, ['GET', `session:{${id}}`]));
      expect(JSON.parse(record)).toMatchObject({ user: { username: user.username } });
      expect(record).not.toContain(token);
      const strings = [...record.matchAll(/"([^"]+)"/g)].map(([, string = '']) => string);
      expect(strings).toContain(id);
      for (const string of strings) {
        for (const door of system.doors) {
          expect((await call(door, { bearer: string })).status).toBe(401);
          expect((await call(door, { cookie: string })).status).toBe(401);
        }
      }
    });

    it('can read the attributes that services have added to the session', async () => {
      const token = await system.signIn(await system.createUser());
      const body = { code: 'SPRING' };
      await call(`${system.orders.url}/orders/coupon`, { cookie: token, body });
      expect(
        await as(system, service, ['HGETALL', `session-data:{${idOf(token)}}:orders`]),
      ).toEqual(['coupon', '{"code":"SPRING","percent":10}']);
    });

    it('cannot restore the session after a sign-out', async () => {
      const token = await system.signIn(await system.createUser());
      expect((await system.logout(token)).status).toBe(204);
      expect(await as(system, service, ['PEXPIRE', `idle:{${idOf(token)}}`, '60000'])).toBe(0);
      expect(await as(system, service, ['GET', `session:{${idOf(token)}}`])).toBeNull();
      expect(await system.statuses(token)).toEqual([401, 401, 401]);
    });
  },
);

describe('the Redis password of orders', () => {
  it('allows replacing the attributes that orders has added to a session', async () => {
    const system = await sharedSystem('express');
    const token = await system.signIn(await system.createUser());
    const key = `session-data:{${idOf(token)}}:orders`;
    const coupon = { cookie: token, body: { code: 'SPRING' } };
    await call(`${system.orders.url}/orders/coupon`, coupon);
    expect(await as(system, 'orders', ['HSETNX', key, 'coupon', '"x"'])).toBe(0);
    expect(await as(system, 'orders', ['PEXPIRE', key, '0'])).toBe(1);
    expect(await as(system, 'orders', ['HSETNX', key, 'coupon', '"x"'])).toBe(1);
    expect(await system.statuses(token)).toEqual([200, 200, 200]);
  });
});

describe('under short timeouts, an attacker with the Redis password of a service', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start('express', {
      SESSION_IDLE_TIMEOUT: '2s',
      SESSION_ABSOLUTE_TIMEOUT: '8s',
    });
  });
  afterAll(() => system.stop());

  it.each(RESOURCE_SERVICES)(
    'can end a session as %s through its idle timeout',
    async (service) => {
      const token = await system.signIn('alice');
      const id = idOf(token);
      expect(await as(system, service, ['PEXPIRE', `idle:{${id}}`, '1'])).toBe(1);
      // A service that has just renewed the idle timeout reads it again one touch interval later.
      await eventually(async () => (await system.statuses(token)).every((it) => it === 401));
      // The absolute timeout has not passed, and an expired idle timeout cannot be renewed.
      expect(await as(system, service, ['GET', `session:{${id}}`])).not.toBeNull();
      expect(await as(system, service, ['PEXPIRE', `idle:{${id}}`, '60000'])).toBe(0);
      expect(await system.statuses(token)).toEqual([401, 401, 401]);
    },
  );

  it('can keep a session from idling out, but not past its absolute timeout', async () => {
    const hour = String(60 * 60 * 1000);
    // Concurrently: each service waits for two timeouts.
    await Promise.all(
      RESOURCE_SERVICES.map(async (service) => {
        const token = await system.signIn('alice');
        const id = idOf(token);
        expect(await as(system, service, ['PEXPIRE', `idle:{${id}}`, hour])).toBe(1);
        await delay(2_500);
        expect(await system.statuses(token)).toEqual([200, 200, 200]);
        await eventually(async () => (await system.statuses(token)).every((it) => it === 401));
        // Redis counts from the arrival of the record, a moment after auth.
        await eventually(
          async () => (await as(system, service, ['GET', `session:{${id}}`])) === null,
        );
        // The empty clock remains until auth reviews the session (-2: no such key). It is not a session, and
        // its user cannot add a record to it.
        const left = Number(await as(system, service, ['PTTL', `idle:{${id}}`]));
        expect(left === -2 || left > 0).toBe(true);
        expect(await system.statuses(token)).toEqual([401, 401, 401]);
      }),
    );
  });
});

/** Each adapter, with a service whose Redis password an attacker has afterwards. */
const LIVED_THROUGH: readonly [Adapter, 'orders' | 'products'][] = [
  ['express', 'orders'],
  ['fastify', 'products'],
];

describe.each(LIVED_THROUGH)('the services with their Redis users, on %s', (adapter, service) => {
  let system: System;

  beforeAll(async () => {
    system = await System.start(adapter, {
      SESSION_MAX_PER_USER: '3',
      // A renewal of the idle timeout is due after 1 s.
      SESSION_IDLE_TIMEOUT: '30s',
    });
  });
  afterAll(() => system.stop());

  it('have exactly the permissions that they need', async () => {
    await liveThrough(system);

    expect(await refusals(system)).toEqual([]);
    const granted = await withRedis(system.redis.url, (redis) =>
      Promise.all(SERVICES.map((it) => commandsGranted(redis, it))),
    );
    // Auth counts sign-ins for the chart of the console, and writes the counts every 10 s.
    await eventually(async () => (await commandsUsed(system)).includes('hincrby'));
    const used = await commandsUsed(system);
    expect(used).toContain('get');
    // WAIT is only sent when SESSION_WAIT_REPLICAS requests replicas; this Redis has no replicas.
    expect(granted.flat().filter((name) => !used.includes(name))).toEqual(['wait']);
  });

  describe(`against an attacker with the Redis password of ${service}`, () => {
    let admin: string;

    beforeAll(async () => {
      admin = await system.signIn('admin');
    });

    const listed = async () =>
      json<{ service: string; state: string; routes: { path: string; alsoIn: string[] }[] }[]>(
        await call(`${system.auth.url}/admin/services`, { cookie: admin }),
      );
    const demandsOf = (services: Awaited<ReturnType<typeof listed>>, but: string) =>
      services
        .filter((it) => it.service !== but)
        .map(({ routes }) => routes.map((route) => ({ ...route, alsoIn: [] })));

    it('open no routes at a gateway but those of that service, which still guards them', async () => {
      const before = await listed();
      const route = { method: 'ALL', path: '/{*rest}', isConditional: false, isPublic: true };
      const routes = [{ ...route, anyOf: [], isFresh: false }];
      const catalogue = JSON.stringify({ v: 1, service, router: 'express', routes });
      const routesOf = (it: typeof before) => it.find((state) => state.service === service)?.routes;
      // The service repairs its catalogue, perhaps before auth has read the forged one.
      await eventually(async () => {
        await as(system, service, ['HSET', `access:${service}`, 'catalogue', catalogue]);
        return routesOf(await listed())?.length === 1;
      });
      expect(demandsOf(await listed(), service)).toEqual(demandsOf(before, service));
      // The service itself still requires a session.
      expect((await call(system.doorOf(service))).status).toBe(401);
    });

    it('ignore a catalogue that names another service', async () => {
      const before = await listed();
      const catalogue = JSON.stringify({ v: 1, service: 'auth', router: 'express', routes: [] });
      await eventually(async () => {
        await as(system, service, ['HSET', `access:${service}`, 'catalogue', catalogue]);
        return system.output.some((line) => line.includes(`access:${service} is not a catalogue`));
      });
      expect(await listed()).toMatchObject(before.map(({ routes, state }) => ({ routes, state })));
    });
  });
});

/**
 * Returns Redis' data about sessions. Counts of wrong passwords are excluded: those of other tests expire at
 * any time.
 */
function sessionsIn(system: System): Promise<Record<string, string>> {
  return withRedis(system.redis.url, (redis) =>
    dumpOf(redis, (key) => !/^(access|throttle):/.test(key)),
  );
}

/** Runs every operation on sessions once, and asserts that each step has worked. */
async function liveThrough(system: System): Promise<void> {
  const { auth, orders, products } = system;
  expect((await system.login('alice', 'not her password')).status).toBe(401);
  const [phone, laptop] = [await system.signIn('alice'), await system.signIn('alice')];
  expect(await system.statuses(phone)).toEqual([200, 200, 200]);
  await delay(1_100);
  expect(await system.statuses(phone)).toEqual([200, 200, 200]);
  const listed = json<{ id: string; current: boolean }[]>(
    await call(`${auth.url}/auth/sessions`, { cookie: phone }),
  );
  const other = listed.find(({ current }) => !current)?.id ?? '';
  const revoke = { method: 'DELETE', cookie: phone };
  expect((await call(`${auth.url}/auth/sessions/${other}`, revoke)).status).toBe(204);
  expect(await system.statuses(laptop)).toEqual([401, 401, 401]);
  expect((await call(`${auth.url}/auth/sessions`, revoke)).status).toBe(204);

  const tooMany = [];
  for (let i = 0; i < 5; i += 1) tooMany.push(await system.signIn('carol'));
  expect(await system.statuses(tooMany[0] ?? '')).toEqual([401, 401, 401]);
  const body = { productId: 'tea', quantity: 1 };
  const ordered = await call(`${orders.url}/orders`, { cookie: tooMany[4], body });
  expect(ordered.status).toBe(201);

  const coupon = { cookie: phone, body: { code: 'SPRING' } };
  expect((await call(`${orders.url}/orders/coupon`, coupon)).status).toBe(204);
  expect((await call(`${products.url}/products/offers`, { cookie: phone })).status).toBe(200);
  const changed = await call(`${auth.url}/auth/password`, {
    cookie: phone,
    body: { currentPassword: 'alice-demo-password', newPassword: 'another password of alice' },
  });
  expect(changed.status).toBe(204);
  const alice = tokenOf(changed);
  expect(await system.statuses(alice)).toEqual([200, 200, 200]);

  expect((await call(`${auth.url}/auth/verify`, { cookie: alice })).status).toBe(200);
  expect((await call(`${auth.url}/.well-known/jwks.json`)).status).toBe(200);

  const admin = await system.signIn('admin');
  await eventually(async () => {
    const services = await call(`${auth.url}/admin/services`, { cookie: admin });
    return json<{ state: string }[]>(services).every(({ state }) => state === 'up');
  });
  for (const path of ['sessions', 'sessions?role=admin', 'events/ended']) {
    expect((await call(`${auth.url}/admin/${path}`, { cookie: admin })).status).toBe(200);
  }
  const events = await EventStream.open(`${auth.url}/admin/events`, admin, { lastEventId: '0-0' });
  const fromNowOn = await EventStream.open(`${auth.url}/admin/events`, admin);
  await eventually(() => events.messages.length > 0);
  events.close();
  fromNowOn.close();
  const put = async (username: 'alice' | 'bob', what: string, value: object) =>
    call(`${auth.url}/admin/users/${await system.userId(admin, username)}/${what}`, {
      method: 'PUT',
      cookie: admin,
      body: value,
    });
  expect((await put('alice', 'roles', { roles: ['products'] })).status).toBe(200);
  expect(await system.statuses(alice)).toEqual([200, 403, 200]);
  const bob = await system.signIn('bob');
  expect((await put('bob', 'disabled', { disabled: true })).status).toBe(200);
  expect(await system.statuses(bob)).toEqual([401, 401, 401]);

  expect((await system.logout(alice)).status).toBe(204);
  expect(await system.statuses(alice)).toEqual([401, 401, 401]);
  for (const { url } of [auth, orders, products]) {
    expect((await call(`${url}/health/ready`)).status).toBe(200);
  }
}

/** Returns all denials by Redis, as `user: command or key`. */
async function refusals(system: System): Promise<string[]> {
  const log = (await withRedis(system.redis.url, (redis) =>
    redis.call('ACL', 'LOG'),
  )) as string[][];
  return (
    log
      .map((entry) => {
        const field = (name: string) => entry[entry.indexOf(name) + 1] ?? '';
        return `${field('username')}: ${field('object')}`;
      })
      // With Redis 7.2 and later, clients send their name and version, and ignore a denial. Redis 7.0 does
      // not know the command, so no users file for both versions can grant it.
      .filter((refusal) => !refusal.endsWith(': client|setinfo'))
  );
}

/** Returns the commands that this Redis has received since its start, in lower case. */
async function commandsUsed(system: System): Promise<string[]> {
  const stats = await withRedis(system.redis.url, (redis) => redis.info('commandstats'));
  return [...stats.matchAll(/^cmdstat_([^:]+):/gm)].map(([, name = '']) => name);
}
