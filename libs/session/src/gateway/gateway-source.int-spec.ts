import { Controller, Get, Inject, type INestApplication, Post, Query } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Sessions } from '../attributes/sessions.js';
import { CurrentSession } from '../guard/current-session.decorator.js';
import { SessionIssuerModule } from '../issuer/session-issuer.module.js';
import { SessionManager } from '../issuer/session.manager.js';
import { Public } from '../roles/public.decorator.js';
import { SkipCache } from '../roles/skip-cache.decorator.js';
import { Roles } from '../roles/roles.decorator.js';
import type { Session } from '../session/session.js';
import { SessionModule } from '../session.module.js';
import { SessionSource } from '../source/session.source.js';
import { httpAdapters, listen } from '../../test-support/http-adapters.js';
import { MovedClock } from '../../test-support/moved-clock.js';
import { patientClient } from '../../test-support/patient-client.js';
import { answerOf, statusFor, withCookie } from '../../test-support/requests.js';
import { SampleController } from '../../test-support/sample.controller.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { IdentitySigner } from './identity-signer.js';
import { SessionGatewayModule } from './session-gateway.module.js';
import { SessionIdentityModule } from './session-identity.module.js';

/** Short form of the auth app's controller. */
@Controller()
class AuthController {
  constructor(
    private readonly manager: SessionManager,
    private readonly signer: IdentitySigner,
  ) {}

  @Public()
  @Get('.well-known/jwks.json')
  keys() {
    return this.signer.keySet();
  }

  @Public()
  @Post('login')
  async login(@Query('roles') roles: string) {
    const user = { id: 'u-1', username: 'ada' };
    const { token } = await this.manager.create({ user, roles: roles.split(',') });
    return { token };
  }

  @Post('logout')
  logout(@CurrentSession() { id }: Session) {
    return this.manager.revoke(id);
  }

  /** Returns an identity, as a gateway requests it for each request. */
  @Get('verify')
  async verify(@CurrentSession() session: Session) {
    return { identity: await this.signer.sign(session, 'orders') };
  }
}

@Controller()
class OrdersController extends SampleController {
  constructor(@Inject(Sessions) private readonly sessions: Sessions<'orders'>) {
    super();
  }

  @SkipCache()
  @Get('fresh')
  fresh(): string {
    return 'in';
  }

  @Roles('orders')
  @Get('who')
  who(@CurrentSession() session: Session): object {
    return { id: session.id, user: session.user, roles: session.roles };
  }

  @Get('add')
  add(@CurrentSession() session: Session): Promise<void> {
    return this.sessions.add(session, 'coupon', { code: 'SPRING', percent: 10 });
  }
}

describe.each(httpAdapters)('a service behind a gateway, on %s', (_, adapter) => {
  const redis = startedRedis();
  const clock = MovedClock.forEachTest();
  let auth: INestApplication;
  let authUrl: string;
  let orders: INestApplication;
  let url: string;

  let client: Redis;

  const serveOrders = () =>
    listen(adapter, {
      imports: [
        SessionModule.forRoot({ service: 'orders', requiredRole: 'orders' }),
        SessionGatewayModule.forRoot({ keys: authUrl, fetchInterval: 1 }),
      ],
      controllers: [OrdersController],
    });

  beforeAll(async () => {
    client = patientClient(redis.url);
    ({ app: auth, url: authUrl } = await listen(adapter, {
      imports: [
        SessionModule.forRoot({ client }),
        SessionIssuerModule.forRoot({}),
        SessionIdentityModule.forRootAsync({ useFactory: () => ({ lifetime: '20s' }) }),
      ],
      controllers: [AuthController],
    }));
    ({ app: orders, url } = await serveOrders());
  });

  afterAll(async () => {
    await Promise.all([orders.close(), auth.close()]);
    client.disconnect();
  });

  async function signIn(...roles: string[]): Promise<string> {
    const answer = await fetch(`${authUrl}/login?roles=${roles.join()}`, { method: 'POST' });
    return ((await answer.json()) as { token: string }).token;
  }

  async function identityOf(token: string): Promise<string> {
    const answer = await fetch(`${authUrl}/verify`, withCookie(token));
    return ((await answer.json()) as { identity?: string }).identity ?? '';
  }

  const withIdentity = (identity: string) => ({ headers: { 'x-session-identity': identity } });

  const statusOf = async (path: string, init: RequestInit = {}) =>
    (await fetch(`${url}/${path}`, init)).status;

  it('authenticates and authorizes a request by its identity alone', async () => {
    const token = await signIn('orders', 'orders:write');
    const identity = await identityOf(token);
    const who = await fetch(`${url}/who`, withIdentity(identity));
    expect([who.status, who.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await who.json()).toMatchObject({
      user: { id: 'u-1', username: 'ada' },
      roles: ['orders', 'orders:write'],
    });
    expect(await statusOf('write', withIdentity(identity))).toBe(200);
    expect(await statusOf('fresh', withIdentity(identity))).toBe(200);
    expect(await statusOf('write', withIdentity(await identityOf(await signIn('orders'))))).toBe(
      403,
    );
    expect(await statusOf('closed', withIdentity(await identityOf(await signIn('other'))))).toBe(
      403,
    );
  });

  it('answers every request without a valid identity with the same 401', async () => {
    const token = await signIn('orders');
    const identity = await identityOf(token);
    const none = await answerOf(await fetch(`${url}/closed`));
    expect(none.status).toBe(401);
    for (const headers of [
      withCookie(token).headers,
      { authorization: `Bearer ${token}` },
      { authorization: `Bearer ${identity}` },
      { 'x-session-user': 'u-1', 'x-session-roles': 'orders' },
      { 'x-session-identity': '' },
      { 'x-session-identity': `${identity}x` },
      { 'x-session-identity': token },
    ] as Record<string, string>[]) {
      expect(await answerOf(await fetch(`${url}/closed`, { headers }))).toEqual(none);
    }
    expect(await statusOf('public')).toBe(200);
  });

  it('accepts an identity together with a cookie, and rejects two identities', async () => {
    const token = await signIn('orders');
    const identity = await identityOf(token);
    const headers = { ...withCookie(token).headers, ...withIdentity(identity).headers };
    expect(await statusOf('closed', { headers })).toBe(200);
    const name = 'X-Session-Identity';
    expect(await statusFor(`${url}/closed`, [[name, identity]])).toBe(200);
    expect(
      await statusFor(`${url}/closed`, [
        [name, identity],
        [name, identity],
      ]),
    ).toBe(401);
  });

  it('admits no request beyond the lifetime of the identity once the session has ended', async () => {
    const token = await signIn('orders');
    const identity = await identityOf(token);
    expect(await statusOf('closed', withIdentity(identity))).toBe(200);
    await fetch(`${authUrl}/logout`, { method: 'POST', ...withCookie(token) });
    expect(await identityOf(token)).toBe('');
    clock.forward(20_000);
    expect(await statusOf('closed', withIdentity(identity))).toBe(401);
  });

  it('answers 501 to a write-once attribute', async () => {
    const identity = await identityOf(await signIn('orders'));
    expect(await statusOf('add', withIdentity(identity))).toBe(501);
  });

  it('keeps serving with known keys while the issuing app is down, and answers 503 without keys', async () => {
    const token = await signIn('orders');
    const [one, other] = [await identityOf(token), await identityOf(await signIn('orders'))];
    await orders.get<SessionSource>(SessionSource).ping();
    // The service has fetched the keys before its first request.
    const before = await serveOrders();
    await auth.close();
    expect(await statusOf('closed', withIdentity(one))).toBe(200);
    expect(await statusOf('closed', withIdentity(other))).toBe(200);
    expect((await fetch(`${before.url}/closed`, withIdentity(one))).status).toBe(200);
    await before.app.close();

    const late = await serveOrders();
    const answer = await fetch(`${late.url}/closed`, withIdentity(one));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.text()).not.toContain(authUrl);
    expect((await fetch(`${late.url}/closed`)).status).toBe(401);
    await late.app.close();
  });
});
