import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { repositoryRoot } from '../tools/repository-root';
import { eventually } from '../tools/testing/eventually';
import { EventStream } from './support/event-stream';
import { as, targetOf } from './support/attacker';
import { SERVICES, USERS_FILE, type ServiceName } from './support/guarded-redis';
import { call, json, tokenOf } from './support/http';
import { RESOURCE_SERVICES } from './support/near-cache-rights';
import {
  CATALOGUE_ATTACKS,
  command,
  SERVER_ATTACKS,
  SESSION_ATTACKS,
  type Target,
} from './support/redis-attacks';
import { dump, withRedis } from './support/redis-dump';
import { idOf } from './support/session-key';
import { ADAPTERS, System } from './support/system';

describe.each(RESOURCE_SERVICES)('who has the Redis password of %s', (service) => {
  let system: System;
  let alice: string;
  let target: Target & { token: string };
  let before: Record<string, string>;

  beforeAll(async () => {
    system = await System.start('express');
    alice = await system.signIn('alice');
    expect(await system.statuses(alice)).toEqual([200, 200, 200]);
    target = await targetOf(system, alice);
    before = await dump(system.redis.url);
  });
  afterAll(() => system.stop());

  describe.each(Object.entries({ ...SESSION_ATTACKS, ...SERVER_ATTACKS }))(
    'cannot %s',
    (_, lines) => {
      it.each(lines)('%s', async (line) => {
        await expect(as(system, service, command(line, target))).rejects.toThrow(
          // DEBUG and MODULE are off in the server itself, which it says first.
          /NOPERM |^ERR (DEBUG|MODULE) command not allowed/,
        );
        expect(await dump(system.redis.url)).toEqual(before);
      });
    },
  );

  describe.each(SERVICES.filter((it) => it !== service))(
    'cannot touch what %s publishes',
    (other) => {
      it.each(CATALOGUE_ATTACKS)('%s', async (line) => {
        const catalogue = () =>
          withRedis(system.redis.url, (it) => it.hget(`access:${other}`, 'catalogue'));
        const published = await catalogue();
        expect(published).toContain(`"service":"${other}"`);
        const attack = command(line.replace('{S}', other), target);
        await expect(as(system, service, attack)).rejects.toThrow('NOPERM');
        expect(await catalogue()).toBe(published);
      });
    },
  );

  it('has forged nothing and raised nothing by all that', async () => {
    expect(await dump(system.redis.url)).toEqual(before);
    expect(await system.statuses(target.token)).toEqual([401, 401, 401]);
    expect(await system.statuses(alice)).toEqual([200, 200, 200]);
    const order = { cookie: alice, body: { productId: 'tea', quantity: 1 } };
    expect((await call(`${system.orders.url}/orders`, order)).status).toBe(403);
    expect((await call(`${system.auth.url}/admin/users`, { cookie: alice })).status).toBe(403);
  });

  it.each([
    'ZADD identity-keys 4102444800000 RECORD',
    'ZREMRANGEBYSCORE identity-keys -inf +inf',
    'ZRANGEBYSCORE identity-keys -inf +inf',
    'PEXPIRE identity-keys 1',
    'DEL identity-keys',
  ])('cannot have its own key believed, nor take one away: %s', async (line) => {
    await expect(as(system, service, command(line, target))).rejects.toThrow(/NOPERM /);
    expect(await dump(system.redis.url)).toEqual(before);
  });

  it('learns from INFO how many keys there are, and none of their names', async () => {
    const info = String(await as(system, service, ['INFO', 'everything']));
    // A record, a clock and an index; the log of events and the list of the watched sessions; what each
    // service publishes of its routes; from where the user has signed in.
    expect(info).toContain('db0:keys=9');
    expect(info).not.toContain(target.id);
    expect(info).not.toContain(target.userId);
  });
});

describe.each(RESOURCE_SERVICES)('who has the Redis password of %s still can', (service) => {
  let system: System;

  beforeAll(async () => {
    system = await System.start('express', {
      SESSION_IDLE_TIMEOUT: '2s',
      SESSION_ABSOLUTE_TIMEOUT: '8s',
    });
  });
  afterAll(() => system.stop());

  it('read a session whose hash it has seen, in which nothing lets it sign in', async () => {
    const token = await system.signIn('alice');
    const id = idOf(token);
    const record = String(await as(system, service, ['GET', `session:{${id}}`]));
    expect(JSON.parse(record)).toMatchObject({ user: { username: 'alice' } });
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

  it('end such a session, by its idle clock', async () => {
    const token = await system.signIn('alice');
    const id = idOf(token);
    expect(await as(system, service, ['PEXPIRE', `idle:{${id}}`, '1'])).toBe(1);
    // A service that has renewed the clock a moment ago looks at it again a touch interval later.
    await eventually(async () => (await system.statuses(token)).every((it) => it === 401));
    // It was not the absolute timeout; and what has ended does not go on.
    expect(await as(system, service, ['GET', `session:{${id}}`])).not.toBeNull();
    expect(await as(system, service, ['PEXPIRE', `idle:{${id}}`, '60000'])).toBe(0);
    expect(await system.statuses(token)).toEqual([401, 401, 401]);
  });

  it('keep such a session from idling out, but not past its absolute timeout', async () => {
    const token = await system.signIn('alice');
    const id = idOf(token);
    const hour = String(60 * 60 * 1000);
    expect(await as(system, service, ['PEXPIRE', `idle:{${id}}`, hour])).toBe(1);
    await delay(2_500);
    expect(await system.statuses(token)).toEqual([200, 200, 200]);
    await eventually(async () => (await system.statuses(token)).every((it) => it === 401));
    // Redis counts from when the record reached it, a moment after auth has.
    await eventually(async () => (await as(system, service, ['GET', `session:{${id}}`])) === null);
    // What is left of it is the empty clock, which makes no session and cannot be given a record.
    expect(Number(await as(system, service, ['PTTL', `idle:{${id}}`]))).toBeGreaterThan(0);
    expect(await system.statuses(token)).toEqual([401, 401, 401]);
  });

  it('read what services have added to such a session', async () => {
    const token = await system.signIn('alice');
    const body = { code: 'SPRING' };
    await call(`${system.orders.url}/orders/coupon`, { cookie: token, body });
    expect(await as(system, service, ['HGETALL', `session-data:{${idOf(token)}}:orders`])).toEqual([
      'coupon',
      '{"code":"SPRING","percent":10}',
    ]);
  });

  it('bring nothing back that was signed out', async () => {
    const token = await system.signIn('alice');
    expect((await system.logout(token)).status).toBe(204);
    expect(await as(system, service, ['PEXPIRE', `idle:{${idOf(token)}}`, '60000'])).toBe(0);
    expect(await as(system, service, ['GET', `session:{${idOf(token)}}`])).toBeNull();
    expect(await system.statuses(token)).toEqual([401, 401, 401]);
  });
});

describe.each(RESOURCE_SERVICES)('who has the Redis password of %s still can', (service) => {
  let system: System;
  let admin: string;

  beforeAll(async () => {
    system = await System.start('express');
    admin = await system.signIn('admin');
  });
  afterAll(() => system.stop());

  const listed = async () =>
    json<{ service: string; state: string; routes: { path: string; alsoIn: string[] }[] }[]>(
      await call(`${system.auth.url}/admin/services`, { cookie: admin }),
    );
  const demandsOf = (services: Awaited<ReturnType<typeof listed>>, but: string) =>
    services
      .filter((it) => it.service !== but)
      .map(({ routes }) => routes.map((route) => ({ ...route, alsoIn: [] })));

  it('open its own routes at a gateway, which are then its own to guard, and no other', async () => {
    const before = await listed();
    const route = { method: 'ALL', path: '/{*rest}', isConditional: false, isPublic: true };
    const routes = [{ ...route, anyOf: [], isFresh: false }];
    const catalogue = JSON.stringify({ v: 1, service, router: 'express', routes });
    await as(system, service, ['HSET', `access:${service}`, 'catalogue', catalogue]);
    const routesOf = (it: typeof before) => it.find((state) => state.service === service)?.routes;
    await eventually(async () => routesOf(await listed())?.length === 1);
    expect(demandsOf(await listed(), service)).toEqual(demandsOf(before, service));
    // The service itself asks as before.
    expect((await call(system.doorOf(service))).status).toBe(401);
  });

  it('publish nothing that counts for another service', async () => {
    const catalogue = JSON.stringify({ v: 1, service: 'auth', router: 'express', routes: [] });
    await as(system, service, ['HSET', `access:${service}`, 'catalogue', catalogue]);
    const stateOf = async (name: string) =>
      (await listed()).find((it) => it.service === name)?.state;
    await eventually(async () => (await stateOf(service)) === 'missing');
    expect(await stateOf('auth')).toBe('up');
  });
});

describe('who has the Redis password of orders still can', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start('express');
  });
  afterAll(() => system.stop());

  it('drop what orders itself has added to such a session, and add something else', async () => {
    const token = await system.signIn('alice');
    const key = `session-data:{${idOf(token)}}:orders`;
    const coupon = { cookie: token, body: { code: 'SPRING' } };
    await call(`${system.orders.url}/orders/coupon`, coupon);
    expect(await as(system, 'orders', ['HSETNX', key, 'coupon', '"x"'])).toBe(0);
    expect(await as(system, 'orders', ['PEXPIRE', key, '0'])).toBe(1);
    expect(await as(system, 'orders', ['HSETNX', key, 'coupon', '"x"'])).toBe(1);
    expect(await system.statuses(token)).toEqual([200, 200, 200]);
  });
});

describe('the Redis users', () => {
  let system: System;
  let target: Target;

  beforeAll(async () => {
    system = await System.start('express');
    target = await targetOf(system, await system.signIn('alice'));
  });
  afterAll(() => system.stop());

  const asTester = <T>(work: (redis: Redis) => Promise<T>) => withRedis(system.redis.url, work);

  it('are the three services, and nobody else', async () => {
    const users = (await asTester((redis) => redis.call('ACL', 'USERS'))) as string[];
    expect(users.sort()).toEqual([...SERVICES, 'default', 'tester'].sort());
  });

  it('hold no rights to spare: no wildcard key, channel or category, no missing password', async () => {
    const file = await readFile(USERS_FILE, 'utf8');
    expect(file).not.toMatch(/\bnopass\b|\ball(keys|commands|channels)\b|\+@|&|~\*|~ |~\)/);
    for (const service of SERVICES) {
      expect(file).toMatch(new RegExp(`^user ${service} on >\\S+ resetchannels -@all `, 'm'));
    }
    expect(file).toMatch(/^user default off$/m);
  });

  it('are in the security guide with all that they may do', async () => {
    const guide = await readFile(join(repositoryRoot, 'docs/04-security.md'), 'utf8');
    const words = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
    const rows = guide.split('\n').map((line) => line.split('|').slice(1, 4));
    const documented = rows.flatMap(([users = '', keys = '', commands = '']) =>
      words(users).map((user) => {
        const patterns = words(keys).map((key) => (keys.includes('to read') ? '%R~' : '~') + key);
        const names = words(commands).map((name) => `+${name.toLowerCase()}`);
        return [user, ...patterns, ...names].join(' ');
      }),
    );
    const file = await readFile(USERS_FILE, 'utf8');
    const granted = [...file.matchAll(/^user (\S+) on \S+ resetchannels -@all ([^(\n]+)(.*)$/gm)];
    expect(granted).toHaveLength(SERVICES.length);
    const rights = granted.flatMap(([, user = '', root = '', selectors = '']) =>
      [root.trim(), ...[...selectors.matchAll(/\(([^)]+)\)/g)].map(([, it = '']) => it)].map(
        (it) => `${user} ${it}`,
      ),
    );
    expect(documented.filter((it) => it.includes(' +')).sort()).toEqual(rights.sort());
  });

  describe.each(SERVICES)('of which %s', (service) => {
    it('may do nothing of what no service may', async () => {
      // auth publishes for services that reach no Redis, and runs a script of its own by its digest.
      const isRight = (line: string) => service === 'auth' && /^(HSET access:|EVALSHA )/.test(line);
      for (const line of Object.values(SERVER_ATTACKS)
        .flat()
        .filter((it) => !isRight(it))) {
        const verdict = await asTester((redis) =>
          redis.call('ACL', 'DRYRUN', service, ...command(line, target)),
        );
        expect([line, verdict]).toEqual([line, expect.stringContaining('no permissions')]);
      }
    });

    it('has nothing that Redis calls dangerous, but for INFO', async () => {
      const granted = await commandsOf(system, service);
      const dangerous = (await asTester((redis) =>
        redis.call('ACL', 'CAT', 'dangerous'),
      )) as string[];
      expect(dangerous).toContain('keys');
      expect(granted.filter((name) => dangerous.includes(name))).toEqual(['info']);
    });
  });

  it.each([
    "EVAL return(redis.call('KEYS','*')) 0",
    "EVAL return(redis.call('RANDOMKEY')) 0",
    "EVAL return(redis.call('DEL','user-sessions:{U}')) 0",
    "EVAL return(redis.call('SET','another-key','x')) 0",
    'EVAL return(1) 1 user-sessions:{U}',
    'EVAL return(1) 1 another-key',
    'XTRIM session-events MAXLEN 0',
    'XDEL session-events 0-0',
    'DEL session-events',
    'ZADD session:{F} 1 x',
    'SET user-sessions:{U} x',
    'GET user-sessions:{U}',
    'GET idle:{H}',
    'PERSIST idle:{H}',
    'PEXPIRE session:{H} 99999999',
    'DEL access:orders',
    'DEL identity-keys',
    'GET identity-keys',
    'ZREM identity-keys x',
    'INCRBY session:{F} 1',
    'SET identity-keys x',
    'PERSIST throttle:pair:x',
    'HGETALL throttle:pair:x',
    'RENAME throttle:pair:x throttle:pair:y',
  ])('hold auth to what it needs: not %s', async (line) => {
    const before = await dump(system.redis.url);
    await expect(as(system, 'auth', command(line, target))).rejects.toThrow(
      /NOPERM|ACL failure in script|The user executing the script can't /,
    );
    expect(await dump(system.redis.url)).toEqual(before);
  });

  it.each([
    ['no user', () => system.redis.anonymousUrl, /^NOAUTH /],
    [
      'a wrong password',
      () => `redis://orders:wrong@127.0.0.1:${system.redis.port}`,
      /^WRONGPASS /,
    ],
    ['the default user', () => `redis://default:x@127.0.0.1:${system.redis.port}`, /^WRONGPASS /],
    ['an unknown user', () => `redis://nobody:x@127.0.0.1:${system.redis.port}`, /^WRONGPASS /],
  ])('let nobody in with %s', async (_, url, refusal) => {
    const client = new Redis(url(), { retryStrategy: () => null });
    try {
      const [refused] = await new Promise<[Error]>((resolve) => {
        client.on('error', (error: Error) => {
          resolve([error]);
        });
      });
      expect(refused.message).toMatch(refusal);
      expect(client.status).not.toBe('ready');
    } finally {
      client.disconnect();
    }
  });
});

describe.each(ADAPTERS)('the services under their Redis users, on %s', (adapter) => {
  let system: System;

  beforeAll(async () => {
    system = await System.start(adapter, {
      SESSION_MAX_PER_USER: '3',
      // Due for a slide after 1 s.
      SESSION_IDLE_TIMEOUT: '30s',
    });
  });
  afterAll(() => system.stop());

  it('are refused nothing that they need, and granted nothing that they do not', async () => {
    await liveThrough(system);

    expect(await refusals(system)).toEqual([]);
    const granted = (await Promise.all(SERVICES.map((it) => commandsOf(system, it)))).flat();
    const used = await commandsUsed(system);
    expect(used).toContain('get');
    // WAIT is sent when SESSION_WAIT_REPLICAS asks for replicas, and here are none.
    expect(granted.filter((name) => !used.includes(name))).toEqual(['wait']);
  });
});

/** All that can happen to sessions, once: each step is asserted to have worked. */
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
  const events = await EventStream.open(auth.url, admin, '0-0');
  const fromNowOn = await EventStream.open(auth.url, admin);
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

/** What Redis refused to anybody, as `user: command or key`. */
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
      // From Redis 7.2 on clients say their name and version, and do not mind a refusal. Redis 7.0
      // does not know the command, so that no file of users for both can grant it.
      .filter((refusal) => !refusal.endsWith(': client|setinfo'))
  );
}

/** The commands that a user may send, in lower case, whatever the keys. */
async function commandsOf(system: System, user: ServiceName): Promise<string[]> {
  const list = (await withRedis(system.redis.url, (redis) =>
    redis.call('ACL', 'LIST'),
  )) as string[];
  const line = list.find((it) => it.startsWith(`user ${user} `)) ?? '';
  return [...new Set([...line.matchAll(/ \+([^\s)]+)/g)].map(([, name = '']) => name))];
}

/** The commands that this Redis has been sent since its start, in lower case. */
async function commandsUsed(system: System): Promise<string[]> {
  const stats = await withRedis(system.redis.url, (redis) => redis.info('commandstats'));
  return [...stats.matchAll(/^cmdstat_([^:]+):/gm)].map(([, name = '']) => name);
}
