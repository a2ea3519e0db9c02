import { Controller, Get, type INestApplication, Logger } from '@nestjs/common';
import { HealthCheckService } from '@nestjs/terminus';
import { RedisServer } from '../../../../tools/redis/redis-server';
import { eventually } from '../../../../tools/testing/eventually';
import { SessionHealthIndicator } from '../health/session-health.indicator';
import { SessionHealthModule } from '../health/session-health.module';
import { SessionManager } from '../issuer/session.manager';
import { Public } from '../roles/public.decorator';
import { SessionModule } from '../session.module';
import { httpAdapters, listen } from '../testing/http-adapters';
import { withCookie } from '../testing/requests';
import { createToken } from '../token/session-token';
import { CALLS, startAuth } from './testing/rpc-apps';
import { tcp, transports, type Wire } from './testing/transports';

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

describe.each(
  httpAdapters.flatMap(([adapter, makeAdapter]) =>
    // Each adapter once, each transport once.
    transports
      .filter(([transport]) => adapter === 'Express' || transport === 'TCP')
      .map(([transport, open]) => [adapter, transport, makeAdapter, open] as const),
  ),
)('a service on %s that asks over %s', (_adapter, _transport, makeAdapter, open) => {
  let redis: RedisServer;
  let wire: Wire;
  let auth: INestApplication | null = null;
  let orders: INestApplication;
  let url: string;

  beforeEach(async () => {
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    redis = await RedisServer.start();
    wire = await open();
    ({ app: orders, url } = await listen(makeAdapter, {
      imports: [
        SessionModule.forRoot({
          source: 'rpc',
          service: 'orders',
          calls: CALLS,
          rpc: { client: wire.client, breaker: { pause: '50ms' } },
        }),
        SessionHealthModule,
      ],
      controllers: [SampleController],
    }));
  });

  afterEach(async () => {
    await orders.close();
    await auth?.close();
    await wire.broker?.stop();
    await redis.stop();
    jest.restoreAllMocks();
  });

  const startTheOther = async () => {
    auth = await startAuth(wire.server, { redis: { port: redis.port, disconnectTimeout: 50 } });
    return auth.get(SessionManager, { strict: false });
  };
  const ready = async () => (await fetch(`${url}/ready`)).status;

  it('starts without the other service, denies meanwhile, and recovers by itself', async () => {
    expect(await ready()).toBe(503);
    const denied = await fetch(url, withCookie(createToken()));
    expect(denied.status).toBe(503);
    expect(denied.headers.get('Retry-After')).toBe('1');
    expect(denied.headers.getSetCookie()).toEqual([]);
    expect(await denied.json()).toMatchObject({ code: 'ERR_SESSION_STORE_UNAVAILABLE' });

    const manager = await startTheOther();
    await eventually(async () => (await ready()) === 200);

    const { token } = await manager.create(ADA);
    expect((await fetch(url, withCookie(token))).status).toBe(200);
  });

  it('denies with 503, not 401, while the other one’s Redis is away', async () => {
    const manager = await startTheOther();
    await eventually(async () => (await ready()) === 200);
    const { token } = await manager.create(ADA);
    await redis.stop();

    expect((await fetch(url, withCookie(token))).status).toBe(503);
    expect(await ready()).toBe(503);
  });
});

describe('a service with another secret', () => {
  it('denies with 503, as it is told nothing', async () => {
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const redis = await RedisServer.start();
    const wire = await tcp();
    const auth = await startAuth(wire.server, {
      redis: { port: redis.port, disconnectTimeout: 50 },
    });
    const { app, url } = await listen(httpAdapters[0]?.[1] as never, {
      imports: [
        SessionModule.forRoot({
          source: 'rpc',
          service: 'orders',
          calls: { secret: 'another secret, which is as long as that one' },
          rpc: { client: wire.client },
        }),
        SessionHealthModule,
      ],
      controllers: [SampleController],
    });

    expect((await fetch(url, withCookie(createToken()))).status).toBe(503);
    expect((await fetch(`${url}/ready`)).status).toBe(503);
    await app.close();
    await auth.close();
    await redis.stop();
    jest.restoreAllMocks();
  });
});
