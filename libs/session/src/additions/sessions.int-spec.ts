import {
  Body,
  Controller,
  Get,
  Inject,
  type INestApplication,
  Module,
  Param,
  Put,
} from '@nestjs/common';
import { CurrentSession } from '../guard/current-session.decorator';
import { SessionIssuerModule } from '../issuer/session-issuer.module';
import { SessionManager } from '../issuer/session.manager';
import type { Session } from '../session/session';
import { SessionModule } from '../session.module';
import { SessionCounters } from '../store/session-counters';
import { httpAdapters, type ListeningApp, listen } from '../testing/http-adapters';
import { withCookie } from '../testing/requests';
import { sampleSession } from '../testing/sample-session';
import { startedRedis } from '../testing/started-redis';
import { Sessions } from './sessions';

/** What the compiler knows of other services' additions is of no concern here. */
interface AnyAdditions {
  add(session: Session, name: string, value: unknown): Promise<void>;
  read(session: Session, service: string): Promise<Record<string, unknown>>;
}

@Controller('additions')
class AdditionsController {
  constructor(@Inject(Sessions) private readonly sessions: AnyAdditions) {}

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

describe.each(httpAdapters)('what services add to sessions, on %s', (_, makeAdapter) => {
  const apps: INestApplication[] = [];
  let orders: ListeningApp;
  let products: ListeningApp;
  let manager: SessionManager;
  let token: string;
  let session: Session;

  const serve = async (service?: string) => {
    const sessions = SessionModule.forRoot({
      client: redis.client,
      service: service,
    });
    const started = await listen(makeAdapter, {
      imports: [sessions],
      controllers: [AdditionsController],
    });
    apps.push(started.app);
    return started;
  };

  beforeAll(async () => {
    [orders, products] = [await serve('orders'), await serve('products')];
    const issuer = SessionIssuerModule.forRoot({ services: ['orders', 'products'] });
    @Module({ imports: [issuer], exports: [issuer] })
    class Issuer {}
    const auth = await listen(makeAdapter, {
      imports: [SessionModule.forRoot({ client: redis.client }), Issuer],
    });
    apps.push(auth.app);
    manager = auth.app.get(SessionManager, { strict: false });
  });

  beforeEach(async () => {
    ({ token, session } = await manager.create({
      user: { id: 'u-1', username: 'ada' },
      roles: [],
    }));
  });

  afterAll(async () => {
    for (const app of apps) await app.close();
  });

  const add = ({ url }: ListeningApp, name: string, value: unknown, cookie = token) =>
    fetch(`${url}/additions/${name}`, {
      method: 'PUT',
      headers: { ...withCookie(cookie).headers, 'content-type': 'application/json' },
      body: JSON.stringify({ value }),
    });
  const sessionsOf = ({ app }: ListeningApp) =>
    app.get<unknown, AnyAdditions>(Sessions, { strict: false });
  const read = async ({ url }: ListeningApp, service: string, cookie = token): Promise<unknown> =>
    (await fetch(`${url}/additions/${service}`, withCookie(cookie))).json();

  it('is read by the others, and kept apart by service', async () => {
    expect((await add(orders, 'coupon', { code: 'SPRING' })).status).toBe(200);
    expect((await add(products, 'coupon', ['other'])).status).toBe(200);

    for (const reader of [orders, products]) {
      expect(await read(reader, 'orders')).toEqual({ coupon: { code: 'SPRING' } });
      expect(await read(reader, 'products')).toEqual({ coupon: ['other'] });
      expect(await read(reader, 'nobody')).toEqual({});
    }
  });

  it('is refused with 409 and a stable code when the name is taken, and stays', async () => {
    await add(orders, 'coupon', 'SPRING');

    for (const value of ['SPRING', 'AUTUMN']) {
      const refused = await add(orders, 'coupon', value);
      expect(refused.status).toBe(409);
      expect(await refused.json()).toMatchObject({ code: 'ERR_SESSION_DATA_EXISTS', status: 409 });
    }
    expect(await read(products, 'orders')).toEqual({ coupon: 'SPRING' });
  });

  it('belongs to one session alone', async () => {
    await add(orders, 'coupon', 'SPRING');
    const other = await manager.create({ user: session.user, roles: [] });

    expect(await read(orders, 'orders', other.token)).toEqual({});
  });

  it('follows the session when it is rotated', async () => {
    await add(orders, 'coupon', 'SPRING');
    await add(products, 'seen', 3);

    const rotated = await manager.rotate(session.id);

    const cookie = rotated?.token ?? '';
    expect(await read(products, 'orders', cookie)).toEqual({ coupon: 'SPRING' });
    expect(await read(orders, 'products', cookie)).toEqual({ seen: 3 });
    expect((await add(orders, 'coupon', 'AUTUMN', cookie)).status).toBe(409);
    expect(await redis.client.keys(`*${session.id}*`)).toEqual([]);
  });

  it('survives a change of roles, and ends with the session', async () => {
    await add(orders, 'coupon', 'SPRING');
    await manager.setRoles('u-1', ['new']);
    expect(await read(orders, 'orders')).toEqual({ coupon: 'SPRING' });

    await manager.revoke(session.id);

    expect(await redis.client.keys(`*${session.id}*`)).toEqual([]);
  });

  it('is 401 when the session ends between the guard and the addition', async () => {
    await manager.revoke(session.id);
    const late = sessionsOf(orders).add(session, 'coupon', 1);

    await expect(late).rejects.toMatchObject({ code: 'ERR_SESSION_REQUIRED', status: 401 });
  });

  it('is refused to a service that has no name', async () => {
    const nameless = await serve();

    const refused = await add(nameless, 'coupon', 1);

    expect(refused.status).toBe(500);
    expect(await refused.json()).toMatchObject({ code: 'ERR_SESSION_OPTIONS_INVALID' });
  });

  it.each([
    ['an empty name', '', 1],
    ['a name with a space', 'a b', 1],
    ['a name of 65 characters', 'n'.repeat(65), 1],
    ['a value that JSON cannot hold', 'n', undefined],
    ['a value that is too long', 'n', 'x'.repeat(4_095)],
  ])('cannot be %s', async (_what, name, value) => {
    const sessions = sessionsOf(orders);

    await expect(sessions.add(session, name, value)).rejects.toThrow(RangeError);
    expect(await sessions.read(session, 'orders')).toEqual({});
  });

  it('can be as long as is said', async () => {
    const sessions = sessionsOf(orders);

    await sessions.add(session, 'n'.repeat(64), 'x'.repeat(4_094));

    expect(await sessions.read(session, 'orders')).toEqual({ ['n'.repeat(64)]: 'x'.repeat(4_094) });
  });

  it.each<[what: string, write: (key: string) => Promise<unknown>, readable: object]>([
    ['no JSON', (key) => redis.client.hset(key, 'good', '1', 'bad', '{'), { good: 1 }],
    ['no hash', (key) => redis.client.set(key, 'x', 'PX', 60_000), {}],
  ])('counts what is %s, and gives the rest', async (_what, write, readable) => {
    const counters = products.app.get(SessionCounters, { strict: false });
    const before = counters.malformedRecords;
    await write(`session-data:{${session.id}}:orders`);

    expect(await read(products, 'orders')).toEqual(readable);

    expect(counters.malformedRecords).toBe(before + 1);
  });
});

describe('the types of additions', () => {
  it('know what each service adds', () => {
    const compiles = async (sessions: Sessions<'orders'>) => {
      const session = sampleSession();
      await sessions.add(session, 'coupon', { code: 'SPRING', percent: 10 });
      // @ts-expect-error -- orders declares no such name
      await sessions.add(session, 'cupon', { code: 'SPRING', percent: 10 });
      // @ts-expect-error -- not what orders declares
      await sessions.add(session, 'coupon', 'SPRING');
      // @ts-expect-error -- no such service
      await sessions.read(session, 'odrers');
      const { coupon } = await sessions.read(session, 'orders');
      return coupon?.percent;
    };

    expect(compiles).toBeDefined();
  });
});
