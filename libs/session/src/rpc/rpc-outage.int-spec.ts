import { Controller, Get, type INestApplication, Logger } from '@nestjs/common';
import { HealthCheckService } from '@nestjs/terminus';
import { RedisServer } from '../../../../tools/redis/redis-server.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { SessionHealthIndicator } from '../health/session-health.indicator.js';
import { SessionHealthModule } from '../health/session-health.module.js';
import { SessionManager } from '../issuer/session.manager.js';
import { Public } from '../roles/public.decorator.js';
import type { Session } from '../session/session.js';
import { SessionModule } from '../session.module.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { httpAdapters, listen } from '../../test-support/http-adapters.js';
import { withCookie } from '../../test-support/requests.js';
import { createToken } from '../token/session-token.js';
import { SessionCallsModule } from '../calls/session-calls.module.js';
import { SessionRpcModule } from './session-rpc.module.js';
import { CALLS, startAuth } from './test-support/rpc-apps.js';
import { tcp, transports, type Wire } from './test-support/transports.js';

type MakeAdapter = (typeof httpAdapters)[0][1];

const [[, express]] = httpAdapters as [(typeof httpAdapters)[0]];

const ADA = { user: { id: 'u-1', username: 'ada' }, roles: ['orders'] };

@Controller()
class SampleController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly sessions: SessionHealthIndicator,
  ) {}

  @Get()
  closed(): string {
    return 'in';
  }

  @Public()
  @Get('ready')
  ready(): Promise<unknown> {
    return this.health.check([() => this.sessions.isHealthy()]);
  }
}

/** Store that can be away, as Redis can. */
class SampleStore extends MemorySessionStore {
  isAway = false;
  renewals = 0;

  override touch(session: Session): Promise<void> | undefined {
    this.renewals += 1;
    return super.touch(session);
  }

  override find(id: string): Promise<Session | null> {
    return this.isAway ? this.#fail() : super.find(id);
  }

  override ping(): Promise<void> {
    return this.isAway ? this.#fail() : super.ping();
  }

  #fail(): Promise<never> {
    return Promise.reject(new SessionStoreUnavailableError());
  }
}

const serve = (makeAdapter: MakeAdapter, client: Wire['client'], secret = CALLS.secret) =>
  listen(makeAdapter, {
    imports: [
      SessionModule.forRoot({ service: 'orders' }),
      SessionCallsModule.forRoot({ secret }),
      SessionRpcModule.forRoot({ client, breaker: { pause: '50ms' } }),
      SessionHealthModule,
    ],
    controllers: [SampleController],
  });

beforeEach(() => {
  jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  jest.spyOn(Logger.prototype, 'error').mockReturnValue();
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe.each(
  httpAdapters.flatMap(([adapter, makeAdapter]) =>
    // Every transport on Express, and TCP on the other adapters.
    transports
      .filter(([transport]) => adapter === 'Express' || transport === 'TCP')
      .map(([transport, open]) => [adapter, transport, makeAdapter, open] as const),
  ),
)(
  'a service on %s that introspects sessions over %s',
  (_adapter, _transport, makeAdapter, open) => {
    it('starts without the auth service, answers 503 while it or its store is down, and recovers', async () => {
      const wire = await open();
      const { app: orders, url } = await serve(makeAdapter, wire.client);
      const ready = async () => (await fetch(`${url}/ready`)).status;
      const store = new SampleStore();
      let auth: INestApplication | null = null;
      try {
        const [denied, status] = await Promise.all([
          fetch(url, withCookie(createToken())),
          ready(),
        ]);
        expect(status).toBe(503);
        expect(denied.status).toBe(503);
        expect(denied.headers.get('Retry-After')).toBe('1');
        expect(denied.headers.getSetCookie()).toEqual([]);
        expect(await denied.json()).toMatchObject({ code: 'ERR_SESSION_STORE_UNAVAILABLE' });

        auth = await startAuth(wire.server, { store });
        const manager = auth.get(SessionManager, { strict: false });
        await eventually(async () => (await ready()) === 200);
        const { token } = await manager.create(ADA);
        expect((await fetch(url, withCookie(token))).status).toBe(200);
        // The renewal is asynchronous: it must end before the store goes away and before the test ends.
        await eventually(() => store.renewals === 1);

        // 503, not 401.
        store.isAway = true;
        expect((await fetch(url, withCookie(token))).status).toBe(503);
        expect(await ready()).toBe(503);

        store.isAway = false;
        await eventually(async () => (await ready()) === 200);
        expect((await fetch(url, withCookie(token))).status).toBe(200);
      } finally {
        await orders.close();
        await auth?.close();
        await wire.broker?.stop();
      }
    });
  },
);

describe('a service that introspects sessions', () => {
  it('answers 503, not 401, while the Redis of the auth service is down', async () => {
    const redis = await RedisServer.start();
    const wire = await tcp();
    const auth = await startAuth(wire.server, {
      redis: { port: redis.port, disconnectTimeout: 50 },
    });
    const { app, url } = await serve(express, wire.client);
    const { token } = await auth.get(SessionManager, { strict: false }).create(ADA);
    expect((await fetch(url, withCookie(token))).status).toBe(200);
    await redis.stop();

    expect((await fetch(url, withCookie(token))).status).toBe(503);
    expect((await fetch(`${url}/ready`)).status).toBe(503);
    await app.close();
    await auth.close();
  });

  it('answers 503 when it has another secret than the auth service', async () => {
    const wire = await tcp();
    const auth = await startAuth(wire.server, { store: new MemorySessionStore() });
    const { app, url } = await serve(
      express,
      wire.client,
      'another secret, which is as long as that one',
    );

    expect((await fetch(url, withCookie(createToken()))).status).toBe(503);
    expect((await fetch(`${url}/ready`)).status).toBe(503);
    await app.close();
    await auth.close();
  });
});
