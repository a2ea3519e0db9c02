import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get } from '@nestjs/common';
import { RedisServer } from '../../../tools/redis/redis-server.js';
import { repositoryRoot } from '../../../tools/repository-root.js';
import { eventually } from '../../../tools/testing/eventually.js';
import { Sessions } from './attributes/sessions.js';
import { SessionStoreUnavailableError } from './errors/session-store-unavailable.error.js';
import { SessionEvents } from './events/session-events.js';
import { SessionEventsModule } from './events/session-events.module.js';
import { IdentityKeyRegistry } from './gateway/identity-key.registry.js';
import { SessionIdentityModule } from './gateway/session-identity.module.js';
import { SessionIssuerModule } from './issuer/session-issuer.module.js';
import { SessionManager } from './issuer/session.manager.js';
import { SessionModule } from './session.module.js';
import { httpAdapters, listen, type ListeningApp } from '../test-support/http-adapters.js';
import { withCookie } from '../test-support/requests.js';
import { startedRedis } from '../test-support/started-redis.js';
import { SessionAccessModule } from './access/session-access.module.js';
import { nearCacheCountersOf } from '../test-support/near-cache-counters.js';

@Controller()
class WhoController {
  @Get('who')
  who(): string {
    return 'in';
  }
}

const [[, express]] = httpAdapters as [(typeof httpAdapters)[0]];
const ada = { user: { id: 'u-1', username: 'ada' }, roles: ['orders', 'products'] };

/** Prefixes with characters that are special in Redis' patterns and in Clusters. */
const PREFIXES = ['staging:', 'a*[b]?:'] as const;

describe('a key prefix', () => {
  const redis = startedRedis();
  const opened: ListeningApp[] = [];

  afterEach(async () => {
    await Promise.all(opened.splice(0).map(({ app }) => app.close()));
  });

  /** Opens an app with all features that store data in Redis. */
  async function open(
    keyPrefix: string,
    { url = redis.url, nearCache = true } = {},
  ): Promise<ListeningApp> {
    const listening = await listen(express, {
      imports: [
        SessionModule.forRoot({
          redis: `${url}?keyPrefix=${encodeURIComponent(keyPrefix)}`,
          service: 'orders',
          nearCache,
        }),
        SessionIssuerModule.forRoot({ services: ['orders'] }),
        SessionEventsModule.forRoot({}),
        SessionIdentityModule.forRoot({}),
        SessionAccessModule.forRoot({}),
      ],
      controllers: [WhoController],
    });
    opened.push(listening);
    return listening;
  }

  it('is prepended to every key, and every feature works with it', async () => {
    const kept: string[] = [];
    for (const prefix of PREFIXES) {
      const { app, url } = await open(prefix);
      const get = <T>(type: new (...args: never[]) => T) => app.get<T>(type, { strict: false });
      const manager = get(SessionManager);
      const seen: string[] = [];
      const following = get(SessionEvents)
        .after('0-0')
        .subscribe(({ type }) => seen.push(type));

      const { session, token } = await manager.create(ada);
      const who = () => fetch(`${url}/who`, withCookie(token)).then(({ status }) => status);
      expect(await who()).toBe(200);
      await get(Sessions).add(session, 'cart' as never, 1 as never);
      expect(await get(Sessions).read(session, 'orders' as never)).toEqual({ cart: 1 });
      // The near-cache serves from memory, and receives the invalidation of the end.
      const counters = nearCacheCountersOf(app);
      await eventually(async () => (await who()) === 200 && counters.hits > 0);
      await manager.setRoles('u-1', ['orders']);
      const rotated = await manager.rotate(session.id);
      expect(rotated?.session.roles).toEqual(['orders']);
      expect(await manager.listByUser('u-1')).toHaveLength(1);
      await eventually(async () => (await get(IdentityKeyRegistry).list()).length > 0);
      await eventually(() => redis.client.exists(`${prefix}access:orders`).then(Boolean));
      kept.push(...(await redis.client.keys('*')));
      expect(await manager.revokeAll('u-1')).toBe(1);
      await eventually(async () => (await who()) === 401);
      await eventually(() => seen.includes('revoked'));
      expect(seen).toEqual(expect.arrayContaining(['created', 'rolesChanged', 'revoked']));
      following.unsubscribe();
    }
    const names = kept.map((key) => {
      const prefix = PREFIXES.find((it) => key.startsWith(it));
      return prefix === undefined ? key : (key.slice(prefix.length).split(/[:{]/)[0] ?? '');
    });
    expect([...new Set(names)].sort()).toEqual([
      'access',
      'identity-keys',
      'idle',
      'live-session-widths',
      'live-sessions',
      'session',
      'session-data',
      'session-events',
      'user-sessions',
      'watched-sessions',
    ]);
  });

  it('works with the shipped Redis users once their key patterns include it', async () => {
    const users = await readFile(join(repositoryRoot, 'docker/redis/users.acl'), 'utf8');
    const folder = await mkdtemp(join(tmpdir(), 'acl-'));
    const file = join(folder, 'users.acl');
    await writeFile(file, users.replaceAll('~', '~staging:'));
    const server = await RedisServer.start({ aclFile: file });
    const url = `redis://auth:change-me-auth@127.0.0.1:${server.port}/`;
    try {
      const { app } = await open('staging:', { url, nearCache: false });
      const manager = app.get(SessionManager, { strict: false });
      const { session } = await manager.create(ada);
      await manager.setRoles('u-1', ['orders']);
      const rotated = await manager.rotate(session.id);
      expect(await manager.listByUser('u-1')).toMatchObject([{ session: rotated?.session }]);
      expect(await manager.revokeAll('u-1')).toBe(1);
      const keys = app.get(IdentityKeyRegistry, { strict: false });
      await eventually(async () => (await keys.list()).length > 0);

      const { app: without } = await open('', { url, nearCache: false });
      await expect(without.get(SessionManager, { strict: false }).create(ada)).rejects.toThrow(
        SessionStoreUnavailableError,
      );
    } finally {
      await Promise.all(opened.splice(0).map(({ app }) => app.close()));
      await server.stop();
      await rm(folder, { recursive: true });
    }
  });

  it('isolates the sessions of one environment from another', async () => {
    const [one, other] = [await open(PREFIXES[0]), await open(PREFIXES[1])];
    const { token } = await one.app.get(SessionManager, { strict: false }).create(ada);

    expect((await fetch(`${one.url}/who`, withCookie(token))).status).toBe(200);
    expect((await fetch(`${other.url}/who`, withCookie(token))).status).toBe(401);
  });
});
