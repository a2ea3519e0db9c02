import { randomBytes } from 'node:crypto';
import { Controller, Get, type INestApplication, type Type } from '@nestjs/common';
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { ExpressAdapter } from '@nestjs/platform-express';
import { CurrentSession, Public, type Session } from 'nest-sessions';
import { IdentitySigner, SessionIdentityModule } from 'nest-sessions/gateway';
import { SessionTestingModule, type SignedInUser, signInAs } from 'nest-sessions/testing';
import { firstValueFrom } from 'rxjs';
import request from 'supertest';
import { listen } from '../../libs/session/test-support/http-adapters';
import { startedRedis } from '../../libs/session/test-support/started-redis';
import { freePort } from '../../tools/processes/free-port';
import { eventually } from '../../tools/testing/eventually';

/** Forward auth in short: `/auth/verify` of the samples does more. */
@Controller()
class ForwardAuthController {
  constructor(private readonly signer: IdentitySigner) {}

  @Public()
  @Get('.well-known/jwks.json')
  keys() {
    return this.signer.keySet();
  }

  @Get('identity')
  sign(@CurrentSession() session: Session) {
    return this.signer.sign(session, 'orders');
  }
}

describe('the recipe "Services without Redis"', () => {
  const redis = startedRedis();
  const apps: INestApplication[] = [];
  let auth: { app: INestApplication; url: string };
  let asking: string;
  let behind: string;
  let carol: SignedInUser;

  /** The code of the page reads its environment when it is loaded. */
  beforeAll(async () => {
    const port = await freePort();
    process.env.HOST = process.env.AUTH_RPC_HOST = '127.0.0.1';
    process.env.AUTH_RPC_PORT = String(port);
    process.env.SESSION_CALL_SECRET = randomBytes(32).toString('hex');
    const { AuthModule, listenForServices } =
      await import('./services-without-redis/auth.module.js');
    auth = await start(
      [
        AuthModule,
        SessionIdentityModule.forRoot({}),
        SessionTestingModule.forRoot({ redis: redis.url }),
      ],
      [ForwardAuthController],
      listenForServices,
    );
    process.env.AUTH_URL = auth.url;
    const ofAuth = await import('./services-without-redis/orders.module.js');
    const ofGateway = await import('./services-without-redis/gateway-orders.module.js');
    asking = (await start([ofAuth.OrdersModule])).url;
    behind = (await start([ofGateway.OrdersModule])).url;
  });
  afterAll(async () => {
    for (const app of apps.reverse()) await app.close();
  });

  async function start(
    imports: NonNullable<Parameters<typeof listen>[1]['imports']>,
    controllers: Type[] = [],
    prepare?: (app: INestApplication) => Promise<void>,
  ) {
    const listening = await listen(() => new ExpressAdapter(), { imports, controllers }, prepare);
    apps.push(listening.app);
    return listening;
  }

  beforeEach(async () => {
    carol = await signInAs(auth.app, { roles: ['orders'], user: { username: 'carol' } });
  });

  const statusOf = async (url: string, headers: Record<string, string> = {}) =>
    (await request(url).get('/orders').set(headers)).status;

  /** Returns the header that a gateway sends to the service in place of the cookie. */
  async function identityOf({ headers }: SignedInUser): Promise<Record<string, string>> {
    const { text } = await request(auth.url).get('/identity').set(headers).expect(200);
    return { 'x-session-identity': text };
  }

  describe('a service that asks auth', () => {
    it('serves the session and its roles, and ends with it', async () => {
      const mine = await request(asking).get('/orders').set(carol.headers).expect(200);
      expect(mine.body).toEqual({ owner: 'carol', roles: ['orders'] });
      const visitor = await signInAs(auth.app);
      expect(await statusOf(asking, visitor.headers)).toBe(403);
      expect(await statusOf(asking)).toBe(401);

      await carol.revoke();
      // The cache of the service may answer for two seconds more.
      await eventually(async () => (await statusOf(asking, carol.headers)) === 401);
    });

    it('adds attributes through auth', async () => {
      await request(asking).post('/orders/coupon').set(carol.headers).expect(201);
      await request(asking)
        .get('/orders/coupon')
        .set(carol.headers)
        .expect(200, { coupon: { code: 'SPRING', percent: 10 } });
    });

    it('gets answers because it signs its calls: auth refuses all others', async () => {
      const client = ClientProxyFactory.create({
        transport: Transport.TCP,
        options: { host: '127.0.0.1', port: Number(process.env.AUTH_RPC_PORT) },
      });
      const { id } = carol.session;
      for (const message of [{ id }, carol.message({ id })]) {
        await expect(
          firstValueFrom(client.send('session.introspect', message)),
        ).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_SESSION_/) as string });
      }
      client.close();
    });
  });

  describe('a service that trusts a gateway', () => {
    it('serves the session of a signed identity, and no cookie', async () => {
      const identity = await identityOf(carol);
      const mine = await request(behind).get('/orders').set(identity).expect(200);
      expect(mine.body).toEqual({ owner: 'carol', roles: ['orders'] });
      const visitor = await signInAs(auth.app);
      expect(await statusOf(behind, await identityOf(visitor))).toBe(403);
      expect(await statusOf(behind, carol.headers)).toBe(401);
      expect(await statusOf(behind)).toBe(401);
    });

    it('publishes its routes and adds attributes through auth', async () => {
      await eventually(async () => (await redis.client.exists('access:orders')) === 1);
      const identity = await identityOf(carol);
      await request(behind).post('/orders/coupon').set(identity).expect(201);
      await request(behind)
        .get('/orders/coupon')
        .set(identity)
        .expect(200, { coupon: { code: 'SPRING', percent: 10 } });
    });
  });
});
