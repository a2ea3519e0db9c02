import { Controller, Get } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { eachRow } from '../../../../../tools/testing/each-row.js';
import { eventually } from '../../../../../tools/testing/eventually.js';
import { SessionIssuerModule } from '../../issuer/session-issuer.module.js';
import { SessionManager } from '../../issuer/session.manager.js';
import { SkipCache } from '../../roles/skip-cache.decorator.js';
import { Roles } from '../../roles/roles.decorator.js';
import { SessionModule } from '../../session.module.js';
import { countCommands } from '../../../test-support/command-counts.js';
import {
  type httpAdapters,
  listen,
  type ListeningApp,
} from '../../../test-support/http-adapters.js';
import { withCookie } from '../../../test-support/requests.js';
import type { startedRedis } from '../../../test-support/started-redis.js';
import { nearCacheCountersOf } from '../../../test-support/near-cache-counters.js';

@Controller('plain')
class PlainController {
  @Get()
  get(): string {
    return 'in';
  }

  @SkipCache()
  @Get('fresh')
  fresh(): string {
    return 'in';
  }

  @Roles('admin')
  @Get('admin')
  admin(): string {
    return 'in';
  }
}

@SkipCache()
@Controller('fresh')
class FreshController {
  @Get()
  get(): string {
    return 'in';
  }

  @Roles('orders')
  @Get('roles')
  roles(): string {
    return 'in';
  }
}

/** Routes with `@SkipCache()`: on a handler, on a controller, and together with roles. */
const FRESH_ROUTES = ['/plain/fresh', '/fresh', '/fresh/roles'];

/**
 * Tests requests to a service with a near-cache.
 *
 * @param redis Redis that is empty before each test.
 */
export function describeNearCacheGuard(
  redis: ReturnType<typeof startedRedis>,
  [name, makeAdapter]: (typeof httpAdapters)[number],
): void {
  describe(`a service with a near-cache, on ${name}`, () => {
    let shared: ListeningApp;
    /** Application that changes the sessions, without a near-cache. */
    let elsewhere: INestApplication;

    beforeAll(async () => {
      ({ app: elsewhere } = await listen(makeAdapter, {
        imports: [SessionModule.forRoot({ redis: redis.url }), SessionIssuerModule.forRoot({})],
      }));
      shared = await start();
    });

    afterAll(async () => {
      await Promise.all([shared.app.close(), elsewhere.close()]);
    });

    /** Starts a service and waits until its near-cache is up. */
    async function start(): Promise<ListeningApp> {
      const started = await listen(makeAdapter, {
        imports: [
          SessionModule.forRoot({ redis: redis.url, requiredRole: 'orders', nearCache: '1s' }),
        ],
        controllers: [PlainController, FreshController],
      });
      await eventually(() => nearCacheCountersOf(started.app).isLinkUp);
      return started;
    }

    /** Creates a session and waits until the service has received its invalidation. */
    async function signIn({ app }: ListeningApp = shared): Promise<{ token: string; id: string }> {
      const { invalidations } = nearCacheCountersOf(app);
      const user = { id: 'u-1', username: 'ada' };
      const { token, session } = await managerElsewhere().create({ user, roles: ['orders'] });
      await eventually(() => nearCacheCountersOf(app).invalidations > invalidations);
      return { token, id: session.id };
    }

    const managerElsewhere = () => elsewhere.get(SessionManager, { strict: false });
    const statusOf = async (path: string, token: string, { url } = shared) =>
      (await fetch(url + path, withCookie(token))).status;

    /** Returns how much the lookup counters grow during a run. */
    async function looksDuring(run: () => Promise<unknown>, { app } = shared) {
      const looks = () => {
        const { hits, misses, bypasses } = nearCacheCountersOf(app);
        return { hits, misses, bypasses };
      };
      const before = looks();
      await run();
      const after = looks();
      return {
        hits: after.hits - before.hits,
        misses: after.misses - before.misses,
        bypasses: after.bypasses - before.bypasses,
      };
    }

    it('admits a session in memory without asking Redis', async () => {
      const { token } = await signIn();

      const looks = await looksDuring(async () => {
        expect(await statusOf('/plain', token)).toBe(200);
        const { get, pttl } = await countCommands(redis.client, async () => {
          for (let i = 0; i < 10; i += 1) expect(await statusOf('/plain', token)).toBe(200);
        });
        expect([get, pttl]).toEqual([undefined, undefined]);
      });

      expect(looks).toEqual({ hits: 10, misses: 1, bypasses: 0 });
      expect(nearCacheCountersOf(shared.app).isLinkUp).toBe(true);
    });

    it('asks Redis for every request to a @SkipCache() route', () =>
      eachRow(FRESH_ROUTES, async (path) => {
        const { token } = await signIn();

        const looks = await looksDuring(async () => {
          expect(await statusOf('/plain', token)).toBe(200);
          const { get } = await countCommands(redis.client, async () => {
            for (let i = 0; i < 10; i += 1) expect(await statusOf(path, token)).toBe(200);
          });
          expect(get).toBe(10);
        });

        expect(looks).toEqual({ hits: 0, misses: 1, bypasses: 10 });
      }));

    it('sees changes on a @SkipCache() route before the invalidation arrives', () =>
      eachRow(FRESH_ROUTES, async (path) => {
        const { token, id } = await signIn();
        expect(await statusOf('/plain', token)).toBe(200);
        // The change is complete, but its invalidation takes a moment: the request is faster.
        for (let round = 0; round < 5; round += 1) {
          await managerElsewhere().setRoles('u-1', []);
          expect(await statusOf(path, token)).toBe(403);
          await managerElsewhere().setRoles('u-1', ['orders']);
          expect(await statusOf(path, token)).toBe(200);
        }
        await managerElsewhere().revoke(id);
        expect(await statusOf(path, token)).toBe(401);
      }));

    it('rejects a user who was signed out or lost the role elsewhere', async () => {
      const { token, id } = await signIn();
      expect(await statusOf('/plain', token)).toBe(200);

      await managerElsewhere().setRoles('u-1', ['orders', 'admin']);
      await eventually(async () => (await statusOf('/plain/admin', token)) === 200);
      await managerElsewhere().setRoles('u-1', []);
      await eventually(async () => (await statusOf('/plain', token)) === 403);
      await managerElsewhere().revoke(id);
      await eventually(async () => (await statusOf('/plain', token)) === 401);
    });

    it('does not renew the idle timeout for a rejected request', async () => {
      const own = await start();
      const { token, id } = await signIn(own);
      await redis.client.pexpire(`idle:{${id}}`, 600_000);
      const deadline = await redis.client.pexpiretime(`idle:{${id}}`);

      const { pexpire } = await countCommands(redis.client, async () => {
        for (let i = 0; i < 5; i += 1) expect(await statusOf('/plain/admin', token, own)).toBe(403);
        // On close, the service renews all queued idle timeouts.
        await own.app.close();
      });

      expect(nearCacheCountersOf(own.app).hits).toBe(4);
      expect(pexpire).toBeUndefined();
      expect(await redis.client.pexpiretime(`idle:{${id}}`)).toBe(deadline);
    });

    it('completes queued renewals when it stops', async () => {
      const own = await start();
      const { token, id } = await signIn(own);
      await redis.client.pexpire(`idle:{${id}}`, 600_000);
      const deadline = await redis.client.pexpiretime(`idle:{${id}}`);
      expect(await statusOf('/plain', token, own)).toBe(200);
      const links = await linksOf(redis.client);

      await own.app.close();

      expect(await redis.client.pexpiretime(`idle:{${id}}`)).toBeGreaterThan(deadline);
      expect(nearCacheCountersOf(own.app).isLinkUp).toBe(false);
      await eventually(async () => (await linksOf(redis.client)) === links - 1);
    });
  });
}

/** Counts the links of near-caches to a Redis: nothing else subscribes to anything. */
async function linksOf(client: Redis): Promise<number> {
  const clients = String(await client.client('LIST', 'TYPE', 'PUBSUB'));
  return clients.split('\n').filter((line) => line !== '').length;
}
