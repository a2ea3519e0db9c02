import type { Server } from 'node:http';
import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { SessionGuard, SessionModule, type SessionSource } from 'nest-sessions';
import { SessionAccessDirectoryModule } from 'nest-sessions/access';
import { SessionIdentityModule } from 'nest-sessions/gateway';
import { SessionTestingModule, signInAs } from 'nest-sessions/testing';
import request from 'supertest';
import { silent } from '../../../libs/session/test-support/http-adapters';
import { startedRedis } from '../../../libs/session/test-support/started-redis';
import { AppModule } from './app.module.js';
import { OrdersController } from './orders.controller.js';

type Imports = NonNullable<ModuleMetadata['imports']>;

describe('a test with SessionTestingModule', () => {
  const redis = startedRedis();
  const apps: INestApplication[] = [];
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });

  async function start(
    imports: Imports,
    override = (it: TestingModuleBuilder) => it,
    testing = SessionTestingModule.forRoot(),
  ): Promise<INestApplication<Server>> {
    const builder = Test.createTestingModule({
      imports: [...imports, testing],
      controllers: imports.includes(AppModule) ? [] : [OrdersController],
    });
    const module = await override(builder.setLogger(silent)).compile();
    const app = module.createNestApplication<INestApplication<Server>>();
    apps.push(app);
    return app.init();
  }

  const statusOf = async (
    app: INestApplication<Server>,
    headers: Readonly<Record<string, string>> = {},
  ) => (await request(app.getHttpServer()).get('/orders').set(headers)).status;

  it('reads its own sessions, whatever `client` or `source` the app has', async () => {
    const client = new Redis({ lazyConnect: true });
    const nowhere = { find: () => null } as unknown as SessionSource;
    for (const options of [{ client }, { source: nowhere }]) {
      const app = await start([SessionModule.forRoot(options)]);
      const carol = await signInAs(app);
      expect(await statusOf(app, carol.headers)).toBe(200);
    }
    // The app's own client was not used.
    expect(client.status).toBe('wait');
  });

  it('replaces the global guard by overrideProvider() alone', async () => {
    const open = { canActivate: () => true };
    const guarded = await start([AppModule], (it) => it.overrideGuard(SessionGuard).useValue(open));
    const carol = await signInAs(guarded, { roles: ['orders'] });
    expect([await statusOf(guarded), await statusOf(guarded, carol.headers)]).toEqual([401, 200]);
    const opened = await start([AppModule], (it) =>
      it.overrideProvider(SessionGuard).useValue(open),
    );
    // The handler runs, and finds no session.
    expect(await statusOf(opened)).toBe(500);
  });

  it('needs a Redis for modules that keep data there', async () => {
    const features = [
      SessionIdentityModule.forRoot({}),
      SessionAccessDirectoryModule.forRoot({ services: ['orders'] }),
    ];
    for (const feature of features) {
      await expect(start([AppModule, feature])).rejects.toThrow(/Redis|redis/);
      const testing = SessionTestingModule.forRoot({ redis: redis.url });
      const app = await start([AppModule, feature], undefined, testing);
      const carol = await signInAs(app, { roles: ['orders'] });
      expect(await statusOf(app, carol.headers)).toBe(200);
    }
  });
});
