import { Injectable, Module } from '@nestjs/common';
import { Transport } from '@nestjs/microservices';
import { eventually } from '../../../../tools/testing/eventually.js';
import { SessionAccessModule } from '../access/session-access.module.js';
import { SessionBindingModule } from '../binding/session-binding.module.js';
import { SessionCallsModule } from '../calls/session-calls.module.js';
import { OnSessionEvent } from '../events/on-session-event.decorator.js';
import type { SessionEvent } from '../events/session-event.js';
import { SessionEventsModule } from '../events/session-events.module.js';
import { SessionGatewayModule } from '../gateway/session-gateway.module.js';
import { SessionGuard } from '../guard/session.guard.js';
import { SessionIssuerModule } from '../issuer/session-issuer.module.js';
import { SessionManager } from '../issuer/session.manager.js';
import { NoSessionStore } from '../store/no-session.store.js';
import { SessionRpcModule } from '../rpc/session-rpc.module.js';
import { SessionModule } from '../session.module.js';
import { SessionSource } from '../source/session.source.js';
import { RedisConnection } from '../store/redis-connection.js';
import { SessionStore } from '../store/session.store.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { failStore } from './fail-store.js';
import { MemorySessionStore } from './memory-session.store.js';
import { SessionTestingModule } from './session-testing.module.js';
import { signInAs } from './sign-in-as.js';
import { OrdersController, OrdersModule } from './test-support/orders.module.js';
import { statusOf, testedApps } from './test-support/tested-apps.js';

const secret = 'a secret that all services know, of 32 bytes or more';

@Injectable()
class Listener {
  readonly types: string[] = [];

  @OnSessionEvent()
  onAny({ type }: SessionEvent): void {
    this.types.push(type);
  }
}

@Module({ controllers: [OrdersController], providers: [Listener] })
class ListeningModule {}

const changes = [
  ...['created', 'rolesChanged', 'userChanged', 'dataChanged', 'revoked'],
  ...['created', 'expired'],
];

/** Makes one change of each kind. */
async function change(app: Parameters<typeof signInAs>[0]): Promise<void> {
  const carol = await signInAs(app, { roles: ['orders'] });
  await carol.setRoles([]);
  await carol.updateUser({ username: 'caroline' });
  await carol.updateData(() => ({ locale: 'de' }));
  await carol.revoke();
  await (await signInAs(app)).expire();
}

describe('SessionTestingModule', () => {
  const start = testedApps();

  it('opens no connection to the Redis of the application', async () => {
    const app = await start([OrdersModule, SessionTestingModule.forRoot()]);
    expect(app.get(RedisConnection).isConfigured).toBe(false);
    expect(app.get(SessionStore)).toBeInstanceOf(MemorySessionStore);
  });

  it('replaces a Redis whose variable is not set, also behind a near-cache', async () => {
    const core = SessionModule.forRoot({ redis: undefined, nearCache: true });
    const app = await start([core, ListeningModule, SessionTestingModule.forRoot()]);
    const { headers } = await signInAs(app);
    expect(await statusOf(app, 'GET /orders', headers)).toBe(200);
  });

  it('works with the features of an issuing application', async () => {
    const app = await start([
      OrdersModule,
      SessionIssuerModule.forRoot({ maxPerUser: 1 }),
      SessionCallsModule.forRoot({ secret }),
      SessionBindingModule.forRoot({ userAgent: 'reauthenticate' }),
      SessionAccessModule.forRoot({}),
      SessionTestingModule.forRoot(),
    ]);
    const manager = app.get(SessionManager, { strict: false });
    const carol = await signInAs(app, { roles: ['orders'], userAgent: FIREFOX });
    const agent = (userAgent: string) => ({ ...carol.headers, 'user-agent': userAgent });
    expect(await statusOf(app, 'GET /orders', agent(FIREFOX))).toBe(200);
    expect(await statusOf(app, 'GET /orders', agent(CHROME))).toBe(403);

    expect((await manager.find(carol.session.id))?.session.user).toEqual(carol.user);
    const later = await manager.create({ user: carol.user, roles: ['orders'] });
    expect(await statusOf(app, 'GET /orders', agent(FIREFOX))).toBe(401);
    const headers = { authorization: `Bearer ${later.token}` };
    expect(await statusOf(app, 'GET /orders', headers)).toBe(200);
  });

  it('emits session events in an issuing application', async () => {
    const app = await start([
      SessionModule.forRoot({}),
      SessionIssuerModule.forRoot({}),
      ListeningModule,
      SessionTestingModule.forRoot(),
    ]);
    await change(app);
    expect(app.get(Listener, { strict: false }).types).toEqual(changes);
  });

  it('emits session events in an application that follows the log', async () => {
    const app = await start([
      SessionModule.forRoot({}),
      SessionEventsModule.forRoot({}),
      ListeningModule,
      SessionTestingModule.forRoot(),
    ]);
    await change(app);
    const { types } = app.get(Listener, { strict: false });
    await eventually(() => types.length === changes.length);
    expect(types).toEqual(changes);
  });

  it('takes precedence over the other sources of sessions, in any order of imports', async () => {
    const calls = SessionCallsModule.forRoot({ secret });
    const client = { transport: Transport.TCP, options: { host: 'auth.invalid' } } as const;
    const features = [
      [calls, SessionRpcModule.forRoot({ client })],
      [SessionGatewayModule.forRoot({ keys: 'http://auth.invalid' })],
    ];
    const session = SessionModule.forRoot({ service: 'orders' });
    const access = SessionAccessModule.forRoot({});
    for (const feature of features) {
      const testing = SessionTestingModule.forRoot();
      for (const imports of [
        [session, access, ...feature, ListeningModule, testing],
        [testing, ListeningModule, ...feature, access, session],
      ]) {
        const app = await start(imports);
        const carol = await signInAs(app);
        expect(await statusOf(app, 'GET /orders', carol.headers)).toBe(200);
        await carol.expire();
        expect(await statusOf(app, 'GET /orders', carol.headers)).toBe(401);
      }
    }
  });

  it('signs in to the store with which a test overrides SessionStore', async () => {
    const store = new MemorySessionStore();
    const app = await start([OrdersModule, SessionTestingModule.forRoot()], {
      override: (builder) => builder.overrideProvider(SessionStore).useValue(store),
    });
    const carol = await signInAs(app, { roles: ['orders'] });
    expect(await store.find(carol.session.id)).not.toBeNull();
    expect(await statusOf(app, 'GET /orders', carol.headers)).toBe(200);
    const restore = failStore(app);
    expect(await statusOf(app, 'GET /orders', carol.headers)).toBe(503);
    restore();
  });

  it('names the class that a read-only store must extend', async () => {
    const app = await start([OrdersModule, SessionTestingModule.forRoot()], {
      override: (builder) => builder.overrideProvider(SessionStore).useValue(new NoSessionStore()),
    });
    await expect(signInAs(app)).rejects.toThrow(/extend IssuerSessionStore/);
  });

  it('leaves an overridden SessionSource in force', async () => {
    const session = sampleSession({ roles: ['orders'] });
    const source = { find: () => session, touch: () => undefined };
    const app = await start([OrdersModule, SessionTestingModule.forRoot()], {
      override: (builder) => builder.overrideProvider(SessionSource).useValue(source),
    });
    expect(await statusOf(app, 'GET /orders')).toBe(200);
  });

  it('signs in with an overridden SessionManager', async () => {
    const create = jest.fn();
    const app = await start(
      [OrdersModule, SessionIssuerModule.forRoot({}), SessionTestingModule.forRoot()],
      { override: (builder) => builder.overrideProvider(SessionManager).useValue({ create }) },
    );
    const carol = await signInAs(app, { roles: ['orders'] });
    expect(await statusOf(app, 'GET /orders', carol.headers)).toBe(200);
    expect(create).not.toHaveBeenCalled();
  });

  it('lets a test override the guard', async () => {
    const guard = { canActivate: () => true };
    const app = await start([OrdersModule, SessionTestingModule.forRoot()], {
      override: (builder) => builder.overrideProvider(SessionGuard).useValue(guard),
    });
    expect(await statusOf(app, 'GET /orders')).toBe(200);
  });

  it('rejects an unset variable for Redis', () => {
    for (const redis of [undefined, '']) {
      expect(() => SessionTestingModule.forRoot({ redis })).toThrow(/Give it a URL such as/);
    }
  });
});

describe('SessionTestingModule with a Redis', () => {
  const start = testedApps();
  const redis = startedRedis();

  it('keeps the sessions of a test there, with the near cache of the application', async () => {
    const app = await start([OrdersModule, SessionTestingModule.forRoot({ redis: redis.url })]);
    const carol = await signInAs(app, { roles: ['orders'] });
    const status = () => statusOf(app, 'GET /orders', carol.headers);
    expect(await redis.client.exists(`session:{${carol.session.id}}`)).toBe(1);
    expect(await status()).toBe(200);
    const restore = failStore(app);
    expect(await status()).toBe(503);
    restore();
    await carol.setRoles([]);
    expect(await status()).toBe(403);
    await carol.revoke();
    expect(await status()).toBe(401);
    expect(await redis.client.keys('*{*')).toEqual([]);
  });

  it('takes precedence over SessionRpcModule and over a store of the application', async () => {
    const client = { transport: Transport.TCP, options: { host: 'auth.invalid' } } as const;
    for (const imports of [
      [
        SessionModule.forRoot({ service: 'orders' }),
        SessionCallsModule.forRoot({ secret }),
        SessionRpcModule.forRoot({ client }),
      ],
      [SessionModule.forRoot({ store: new MemorySessionStore() })],
    ]) {
      const testing = SessionTestingModule.forRoot({ redis: redis.url });
      const app = await start([...imports, ListeningModule, testing]);
      const carol = await signInAs(app);
      expect(await redis.client.exists(`session:{${carol.session.id}}`)).toBe(1);
      expect(await statusOf(app, 'GET /orders', carol.headers)).toBe(200);
    }
  });

  it('expires sessions and emits their events', async () => {
    const app = await start([
      OrdersModule,
      SessionIssuerModule.forRoot({}),
      ListeningModule,
      SessionTestingModule.forRoot({ redis: redis.url }),
    ]);
    for (const timeout of ['idle', 'absolute'] as const) {
      const carol = await signInAs(app, { roles: ['orders'] });
      expect(await statusOf(app, 'GET /orders', carol.headers)).toBe(200);
      await carol.expire(timeout);
      expect(await statusOf(app, 'GET /orders', carol.headers)).toBe(401);
    }
    const { types } = app.get(Listener, { strict: false });
    expect(types).toEqual(['created', 'expired', 'created', 'expired']);
  });
});

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
