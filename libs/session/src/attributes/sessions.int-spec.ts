import {
  Body,
  Controller,
  type DynamicModule,
  Get,
  Inject,
  type INestApplication,
  Param,
  Put,
} from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { SessionDataExistsError } from '../errors/session-data-exists.error.js';
import { CurrentSession } from '../guard/current-session.decorator.js';
import { SessionIssuerModule } from '../issuer/session-issuer.module.js';
import { type NewSession, SessionManager } from '../issuer/session.manager.js';
import type { Session } from '../session/session.js';
import { SessionModule } from '../session.module.js';
import { RedisIssuerSessionStore } from '../issuer/redis-issuer-session.store.js';
import { SessionCounters } from '../store/session-counters.js';
import {
  httpAdapters,
  type ListeningApp,
  listen,
  silent,
} from '../../test-support/http-adapters.js';
import { managerOf } from '../../test-support/manager-of.js';
import { withCookie } from '../../test-support/requests.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { Sessions } from './sessions.js';
import type { AnyAttributes } from '../common/test-support/any-attributes.js';

const ada: NewSession = { user: { id: 'u-1', username: 'ada' }, roles: [] };

@Controller('attributes')
class AttributesController {
  constructor(@Inject(Sessions) private readonly sessions: AnyAttributes) {}

  @Put(':name')
  async add(
    @CurrentSession() session: Session,
    @Param('name') name: string,
    @Body() { value }: { value: unknown },
  ): Promise<void> {
    await this.sessions.add(session, name, value);
  }

  @Get(':service')
  read(@CurrentSession() session: Session, @Param('service') service: string): unknown {
    return this.sessions.read(session, service);
  }
}

const redis = startedRedis();

describe.each(httpAdapters)('a write-once attribute on %s', (_, makeAdapter) => {
  const apps: INestApplication[] = [];
  let orders: ListeningApp;
  let products: ListeningApp;
  let token: string;

  const serve = async (service?: string) => {
    const sessions = SessionModule.forRoot({
      client: redis.client,
      service: service,
    });
    const started = await listen(makeAdapter, {
      imports: [sessions],
      controllers: [AttributesController],
    });
    apps.push(started.app);
    return started;
  };

  beforeAll(async () => {
    [orders, products] = [await serve('orders'), await serve('products')];
  });

  beforeEach(async () => {
    ({ token } = await managerOf(new RedisIssuerSessionStore(redis.client)).create(ada));
  });

  afterAll(async () => {
    for (const app of apps) await app.close();
  });

  const add = ({ url }: ListeningApp, name: string, value: unknown) =>
    fetch(`${url}/attributes/${name}`, {
      method: 'PUT',
      headers: { ...withCookie(token).headers, 'content-type': 'application/json' },
      body: JSON.stringify({ value }),
    });
  const read = async ({ url }: ListeningApp, service: string): Promise<unknown> =>
    (await fetch(`${url}/attributes/${service}`, withCookie(token))).json();

  it('is readable by other services, and separate for each service', async () => {
    expect((await add(orders, 'coupon', { code: 'SPRING' })).status).toBe(200);
    expect((await add(products, 'coupon', ['other'])).status).toBe(200);

    for (const reader of [orders, products]) {
      expect(await read(reader, 'orders')).toEqual({ coupon: { code: 'SPRING' } });
      expect(await read(reader, 'products')).toEqual({ coupon: ['other'] });
      expect(await read(reader, 'nobody')).toEqual({});
    }
  });

  it('keeps its value, and rejects a second write with 409 and a stable code', async () => {
    await add(orders, 'coupon', 'SPRING');

    for (const value of ['SPRING', 'AUTUMN']) {
      const refused = await add(orders, 'coupon', value);
      expect(refused.status).toBe(409);
      expect(await refused.json()).toMatchObject({ code: 'ERR_SESSION_DATA_EXISTS', status: 409 });
    }
    expect(await read(products, 'orders')).toEqual({ coupon: 'SPRING' });
  });

  it('is rejected in a service without a name', async () => {
    const nameless = await serve();

    const refused = await add(nameless, 'coupon', 1);

    expect(refused.status).toBe(500);
    expect(await refused.json()).toMatchObject({ code: 'ERR_SESSION_OPTIONS_INVALID' });
  });
});

describe('a write-once attribute in Redis', () => {
  const modules: TestingModule[] = [];
  let orders: AnyAttributes;
  let products: AnyAttributes;
  let counters: SessionCounters;
  let manager: SessionManager;
  let session: Session;

  beforeAll(async () => {
    const [one, other, issuer] = await Promise.all([
      start(SessionModule.forRoot({ client: redis.client, service: 'orders' })),
      start(SessionModule.forRoot({ client: redis.client, service: 'products' })),
      start(
        SessionModule.forRoot({ client: redis.client }),
        SessionIssuerModule.forRoot({ services: ['orders', 'products'] }),
      ),
    ]);
    orders = one.get(Sessions, { strict: false });
    products = other.get(Sessions, { strict: false });
    counters = other.get(SessionCounters, { strict: false });
    manager = issuer.get(SessionManager, { strict: false });
  });

  beforeEach(async () => {
    ({ session } = await manager.create(ada));
  });

  afterAll(async () => {
    for (const module of modules) await module.close();
  });

  async function start(...imports: DynamicModule[]): Promise<TestingModule> {
    const module = await Test.createTestingModule({ imports }).setLogger(silent).compile();
    modules.push(module);
    return module.init();
  }

  it('follows the session through a rotation', async () => {
    await orders.add(session, 'coupon', 'SPRING');
    await products.add(session, 'seen', 3);

    const rotated = await manager.rotate(session.id);

    const successor = rotated?.session ?? session;
    expect(await products.read(successor, 'orders')).toEqual({ coupon: 'SPRING' });
    expect(await orders.read(successor, 'products')).toEqual({ seen: 3 });
    await expect(orders.add(successor, 'coupon', 'AUTUMN')).rejects.toThrow(SessionDataExistsError);
    expect(await redis.client.keys(`*${session.id}*`)).toEqual([]);
  });

  it('survives a role change, and is deleted with the session', async () => {
    await orders.add(session, 'coupon', 'SPRING');
    await manager.setRoles('u-1', ['new']);
    expect(await orders.read(session, 'orders')).toEqual({ coupon: 'SPRING' });

    await manager.revoke(session.id);

    expect(await redis.client.keys(`*${session.id}*`)).toEqual([]);
  });

  it('is rejected with 401 when the session ends between the guard and the write', async () => {
    await manager.revoke(session.id);

    const late = orders.add(session, 'coupon', 1);

    await expect(late).rejects.toMatchObject({ code: 'ERR_SESSION_REQUIRED', status: 401 });
  });

  it.each<[what: string, write: (key: string) => Promise<unknown>, readable: object]>([
    ['no JSON', (key) => redis.client.hset(key, 'good', '1', 'bad', '{'), { good: 1 }],
    ['no hash', (key) => redis.client.set(key, 'x', 'PX', 60_000), {}],
  ])(
    'is counted as malformed when it is %s, and the others are returned',
    async (_what, write, readable) => {
      const before = counters.malformedRecords;
      await write(`session-data:{${session.id}}:orders`);

      expect(await products.read(session, 'orders')).toEqual(readable);

      expect(counters.malformedRecords).toBe(before + 1);
    },
  );
});
