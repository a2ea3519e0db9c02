import { Controller, Get, Logger } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { Cluster } from 'ioredis';
import { eventually } from '../../../../tools/testing/eventually';
import { SessionIssuerModule } from '../issuer/session-issuer.module';
import { SessionManager } from '../issuer/session.manager';
import { RequireFresh } from '../roles/require-fresh.decorator';
import { Roles } from '../roles/roles.decorator';
import { SessionModule } from '../session.module';
import { safeClusterOptions } from '../store/redis-client';
import { SessionCounters } from '../store/session-counters';
import { countCommands } from '../testing/command-counts';
import { httpAdapters, listen } from '../testing/http-adapters';
import { withCookie } from '../testing/requests';
import { startedRedis } from '../testing/started-redis';

@Controller('plain')
class PlainController {
  @Get()
  get(): string {
    return 'in';
  }

  @RequireFresh()
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

@RequireFresh()
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

const redis = startedRedis();

describe.each(httpAdapters)('a service with a near-cache, on %s', (_, makeAdapter) => {
  let app: INestApplication;
  let url: string;
  /** Where sessions are changed, without a near-cache. */
  let elsewhere: INestApplication;
  let token: string;
  let id: string;

  beforeEach(async () => {
    ({ app, url } = await listen(makeAdapter, {
      imports: [
        SessionModule.forRoot({ redis: redis.url, requiredRole: 'orders', nearCache: '1s' }),
      ],
      controllers: [PlainController, FreshController],
    }));
    ({ app: elsewhere } = await listen(makeAdapter, {
      imports: [SessionModule.forRoot({ redis: redis.url }), SessionIssuerModule.forRoot({})],
    }));
    const user = { id: 'u-1', username: 'ada' };
    const issued = await managerElsewhere().create({ user, roles: ['orders'] });
    ({ token } = issued);
    ({ id } = issued.session);
    await eventually(() => counters().isLinkUp);
  });

  afterEach(async () => {
    await Promise.all([app.close(), elsewhere.close()]);
  });

  const managerElsewhere = () => elsewhere.get(SessionManager, { strict: false });
  const counters = () => app.get(SessionCounters, { strict: false }).nearCache;
  const statusOf = async (path: string) => (await fetch(url + path, withCookie(token))).status;

  it('lets a user in whose session it remembers, without asking Redis', async () => {
    expect(await statusOf('/plain')).toBe(200);

    const { get, pttl } = await countCommands(redis.client, async () => {
      for (let i = 0; i < 10; i += 1) expect(await statusOf('/plain')).toBe(200);
    });

    expect([get, pttl]).toEqual([undefined, undefined]);
    expect(counters()).toMatchObject({ hits: 10, misses: 1, bypasses: 0, isLinkUp: true });
  });

  it.each(['/plain/fresh', '/fresh', '/fresh/roles'])(
    'asks Redis for every request to %s, which is marked',
    async (path) => {
      expect(await statusOf('/plain')).toBe(200);

      const { get } = await countCommands(redis.client, async () => {
        for (let i = 0; i < 10; i += 1) expect(await statusOf(path)).toBe(200);
      });

      expect(get).toBe(10);
      expect(counters()).toMatchObject({ hits: 0, misses: 1, bypasses: 10 });
    },
  );

  it.each(['/plain/fresh', '/fresh', '/fresh/roles'])(
    'knows on %s of what Redis has not told yet',
    async (path) => {
      expect(await statusOf('/plain')).toBe(200);
      // The change is made and answered; that it is told takes a moment, and the request is faster.
      for (let round = 0; round < 5; round += 1) {
        await managerElsewhere().setRoles('u-1', []);
        expect(await statusOf(path)).toBe(403);
        await managerElsewhere().setRoles('u-1', ['orders']);
        expect(await statusOf(path)).toBe(200);
      }
      await managerElsewhere().revoke(id);
      expect(await statusOf(path)).toBe(401);
    },
  );

  it('turns away who was signed out, or lost the role, elsewhere', async () => {
    expect(await statusOf('/plain')).toBe(200);

    await managerElsewhere().setRoles('u-1', ['orders', 'admin']);
    await eventually(async () => (await statusOf('/plain/admin')) === 200);
    await managerElsewhere().setRoles('u-1', []);
    await eventually(async () => (await statusOf('/plain')) === 403);
    await managerElsewhere().revoke(id);
    await eventually(async () => (await statusOf('/plain')) === 401);
  });

  it('slides for nobody who is turned away', async () => {
    await redis.client.pexpire(`idle:{${id}}`, 600_000);
    const deadline = await redis.client.pexpiretime(`idle:{${id}}`);

    const { pexpire } = await countCommands(redis.client, async () => {
      for (let i = 0; i < 5; i += 1) expect(await statusOf('/plain/admin')).toBe(403);
      // What waits is slid then.
      await app.close();
    });

    expect(counters().hits).toBe(4);
    expect(pexpire).toBeUndefined();
    expect(await redis.client.pexpiretime(`idle:{${id}}`)).toBe(deadline);
  });

  it('slides what waits when it stops', async () => {
    await redis.client.pexpire(`idle:{${id}}`, 600_000);
    const deadline = await redis.client.pexpiretime(`idle:{${id}}`);
    expect(await statusOf('/plain')).toBe(200);

    await app.close();

    expect(await redis.client.pexpiretime(`idle:{${id}}`)).toBeGreaterThan(deadline);
    expect(counters().isLinkUp).toBe(false);
    const clients = String(await redis.client.client('LIST', 'TYPE', 'PUBSUB'));
    expect(clients.trim()).toBe('');
  });
});

describe('a Cluster client that reads from replicas', () => {
  it('is refused at the start, with advice', async () => {
    jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const options = { ...safeClusterOptions(), scaleReads: 'slave' as const, lazyConnect: true };
    const client = new Cluster([{ host: '127.0.0.1', port: 1 }], options);
    client.on('error', () => undefined);
    const [[, makeAdapter]] = httpAdapters as [(typeof httpAdapters)[number]];

    const starting = listen(makeAdapter, {
      imports: [SessionModule.forRoot({ client, nearCache: true })],
    });

    await expect(starting).rejects.toThrow(/^nearCache: .*replicas.*scaleReads/);
    client.disconnect();
    jest.restoreAllMocks();
  });
});
