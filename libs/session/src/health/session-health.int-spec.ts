import { Controller, Get, type INestApplication, Logger } from '@nestjs/common';
import { HealthCheckService } from '@nestjs/terminus';
import { Redis } from 'ioredis';
import { RedisServer } from '../../../../tools/redis/redis-server.js';
import { Public } from '../roles/public.decorator.js';
import { SessionModule } from '../session.module.js';
import { safeRedisOptions } from '../store/redis-client.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { httpAdapters, listen } from '../../test-support/http-adapters.js';
import { SessionHealthIndicator } from './session-health.indicator.js';
import { SessionHealthModule } from './session-health.module.js';

@Public()
@Controller()
class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly sessions: SessionHealthIndicator,
  ) {}

  @Get('ready')
  ready(): Promise<unknown> {
    return this.health.check([() => this.sessions.isHealthy()]);
  }

  @Get('live')
  live(): Promise<unknown> {
    return this.health.check([() => this.sessions.isRecoverable()]);
  }
}

const [[, express]] = httpAdapters as [(typeof httpAdapters)[0]];

describe.each(httpAdapters)('the health of the session store on %s', (_, makeAdapter) => {
  let server: RedisServer;
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    server = await RedisServer.start();
    ({ app, url } = await listen(makeAdapter, {
      imports: [
        SessionModule.forRoot({ redis: { port: server.port, disconnectTimeout: 50 } }),
        SessionHealthModule,
      ],
      controllers: [HealthController],
    }));
  });

  afterAll(async () => {
    await app.close();
    await server.stop();
  });

  const ready = () => fetch(`${url}/ready`);

  it('is up while Redis answers', async () => {
    const response = await ready();

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ details: { sessions: { status: 'up' } } });
  });

  it('is down while Redis is unavailable, without details, and up again afterwards', async () => {
    await server.stop();

    const response = await ready();

    expect(response.status).toBe(503);
    const body = await response.text();
    expect(JSON.parse(body)).toMatchObject({ error: { sessions: { status: 'down' } } });
    expect(body).not.toMatch(/127\.0\.0\.1|localhost|redis|ECONN|Error:/i);
    expect(body).not.toContain(String(server.port));
    // A restart would not help.
    expect((await fetch(`${url}/live`)).status).toBe(200);

    server = await RedisServer.start({ port: server.port });
    await eventually(async () => (await ready()).status === 200);

    expect((await ready()).status).toBe(200);
  });
});

describe('the health of the session store', () => {
  it('is down permanently once the client has given up', async () => {
    jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const server = await RedisServer.start();
    const client = new Redis(safeRedisOptions({ port: server.port, retryStrategy: () => null }));
    const { app, url } = await listen(express, {
      imports: [SessionModule.forRoot({ client }), SessionHealthModule],
      controllers: [HealthController],
    });
    expect((await fetch(`${url}/live`)).status).toBe(200);

    await server.stop();
    await eventually(async () => (await fetch(`${url}/live`)).status === 503);
    await app.close();
    jest.restoreAllMocks();
  });

  it('is down while Redis is frozen', async () => {
    const server = await RedisServer.start();
    const { app, url } = await listen(express, {
      imports: [
        SessionModule.forRoot({ redis: { port: server.port, disconnectTimeout: 50 } }),
        SessionHealthModule,
      ],
      controllers: [HealthController],
    });
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    server.kill('SIGSTOP');

    expect((await fetch(`${url}/ready`)).status).toBe(503);
    server.kill('SIGCONT');
    await app.close();
    await server.stop();
  });
});
