import {
  Controller,
  type ExecutionContext,
  Get,
  type INestApplication,
  Injectable,
  Module,
  type ModuleMetadata,
} from '@nestjs/common';
import { SessionGuard } from './guard/session.guard.js';
import { SessionIssuerModule } from './issuer/session-issuer.module.js';
import { SessionManager } from './issuer/session.manager.js';
import { SESSION_OPTIONS } from './options/session-options.token.js';
import type { Role } from './session/session-types.js';
import { SessionModule } from './session.module.js';
import { MemorySessionStore } from './testing/memory-session.store.js';
import { SessionCounters } from './store/session-counters.js';
import { SessionStore } from './store/session.store.js';
import { httpAdapters, listen } from '../test-support/http-adapters.js';
import { withBearer, withCookie } from '../test-support/requests.js';
import { startedRedis } from '../test-support/started-redis.js';
import { TokenExtractor } from './token/token-extractor.js';
import type { TokenRequest } from './token/token-headers.js';

const user = { id: 'u-1', username: 'ada' };

@Controller()
class SampleController {
  @Get()
  undecorated(): string {
    return 'in';
  }
}

type MakeAdapter = (typeof httpAdapters)[0][1];

const [[, express]] = httpAdapters as [(typeof httpAdapters)[0]];

/** Applications on the worker's Redis, for the tests of the enclosing `describe`. */
function appsOn(makeAdapter: MakeAdapter) {
  const redis = startedRedis();
  const apps: INestApplication[] = [];

  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });

  async function open(metadata: ModuleMetadata): Promise<{ app: INestApplication; url: string }> {
    const opened = await listen(makeAdapter, { controllers: [SampleController], ...metadata });
    apps.push(opened.app);
    return opened;
  }

  return { redis, apps, open };
}

async function tokenFrom(app: INestApplication, ...roles: string[]): Promise<string> {
  const { token } = await app.get(SessionManager, { strict: false }).create({ user, roles });
  return token;
}

describe.each(httpAdapters)('SessionModule on %s', (_, makeAdapter) => {
  const { redis, open } = appsOn(makeAdapter);

  it('accepts the address of Redis', async () => {
    const { app, url } = await open({
      imports: [SessionModule.forRoot({ redis: redis.url }), SessionIssuerModule.forRoot({})],
    });

    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, withCookie(await tokenFrom(app)))).status).toBe(200);
  });

  it('shares its sessions with every service on the same Redis', async () => {
    const auth = await open({
      imports: [SessionModule.forRoot({ redis: redis.url }), SessionIssuerModule.forRoot({})],
    });
    const orders = await open({
      imports: [SessionModule.forRoot({ redis: redis.url, requiredRole: 'orders' })],
    });
    const products = await open({
      imports: [SessionModule.forRoot({ redis: redis.url, requiredRole: 'products' })],
    });
    const token = await tokenFrom(auth.app, 'orders');

    expect((await fetch(orders.url, withCookie(token))).status).toBe(200);
    expect((await fetch(products.url, withCookie(token))).status).toBe(403);

    await auth.app.get(SessionManager, { strict: false }).revokeAll(user.id);
    expect((await fetch(orders.url, withCookie(token))).status).toBe(401);
  });

  describe('with a guard of the application', () => {
    @Injectable()
    class HouseKeyGuard extends SessionGuard {
      protected override requestOf(context: ExecutionContext): TokenRequest | null {
        const { headers } = context
          .switchToHttp()
          .getRequest<{ headers: Record<string, string | undefined> }>();
        const key = headers['x-house-key'];
        return key === undefined
          ? super.requestOf(context)
          : { headers: { authorization: `Bearer ${key}` } };
      }
    }

    it.each([
      ['forRoot', () => SessionModule.forRoot({ redis: redis.url, guard: HouseKeyGuard })],
      [
        'forRootAsync',
        () =>
          SessionModule.forRootAsync({
            guard: HouseKeyGuard,
            useFactory: () => ({ redis: redis.url }),
          }),
      ],
    ])('uses only that guard (%s)', async (_name, makeModule) => {
      const { app, url } = await open({
        imports: [makeModule(), SessionIssuerModule.forRoot({})],
      });
      const token = await tokenFrom(app);

      expect((await fetch(url, { headers: { 'x-house-key': token } })).status).toBe(200);
      expect((await fetch(url, withCookie(token))).status).toBe(200);
      expect((await fetch(url)).status).toBe(401);
    });
  });
});

describe('SessionModule', () => {
  const { redis, apps, open } = appsOn(express);

  it('accepts the client of the application and leaves it open on shutdown', async () => {
    const { app, url } = await open({
      imports: [SessionModule.forRoot({ client: redis.client }), SessionIssuerModule.forRoot({})],
    });
    expect((await fetch(url, withCookie(await tokenFrom(app)))).status).toBe(200);

    await apps.pop()?.close();

    expect(await redis.client.ping()).toBe('PONG');
  });

  it('accepts a store', async () => {
    const { app, url } = await open({
      imports: [
        SessionModule.forRoot({ store: new MemorySessionStore() }),
        SessionIssuerModule.forRoot({}),
      ],
    });

    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, withCookie(await tokenFrom(app)))).status).toBe(200);
  });

  it('closes the client that it created itself', async () => {
    const connected = async () =>
      Number(/^connected_clients:(\d+)/m.exec(await redis.client.info('clients'))?.[1]);
    const before = await connected();
    await open({ imports: [SessionModule.forRoot({ redis: redis.url })] });
    expect(await connected()).toBe(before + 1);

    await apps.pop()?.close();

    while ((await connected()) > before) await redis.client.ping();
    expect(await connected()).toBe(before);
  });

  it('accepts options from a factory', async () => {
    @Module({ providers: [{ provide: 'ROLE', useValue: 'orders' }], exports: ['ROLE'] })
    class ConfigModule {}

    const { app, url } = await open({
      imports: [
        SessionModule.forRootAsync({
          imports: [ConfigModule],
          inject: ['ROLE'],
          useFactory: async (requiredRole: Role) => {
            await Promise.resolve();
            return { redis: redis.url, requiredRole, cookie: { name: 'sid' } };
          },
        }),
        SessionIssuerModule.forRootAsync({
          useFactory: () => Promise.resolve({ maxPerUser: 1 }),
        }),
      ],
    });

    expect((await fetch(url, withBearer(await tokenFrom(app)))).status).toBe(403);
    const token = await tokenFrom(app, 'orders');
    expect((await fetch(url, { headers: { cookie: `sid=${token}` } })).status).toBe(200);
    expect((await fetch(url, withCookie(token))).status).toBe(401);
    expect(await app.get(SessionManager, { strict: false }).listByUser(user.id)).toHaveLength(1);
  });

  it('exports its options, store, counters, token extractor and cookie', async () => {
    const { app } = await open({ imports: [SessionModule.forRoot({ redis: redis.url })] });

    for (const token of [SESSION_OPTIONS, SessionStore, SessionCounters, TokenExtractor]) {
      expect(app.get(token)).toBeDefined();
    }
  });
});
