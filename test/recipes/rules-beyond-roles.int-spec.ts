import type { INestApplication, Type } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { type Role, type SessionAuthorizer, SessionModule } from 'nest-sessions';
import { SessionTestingModule, signInAs } from 'nest-sessions/testing';
import request from 'supertest';
import { listen } from '../../libs/session/test-support/http-adapters';
import { sampleSession } from '../../libs/session/test-support/sample-session';
import { CaslAuthorizer } from './rules-beyond-roles/casl.authorizer';
import { OrdersController } from './rules-beyond-roles/orders.controller';
import { OrdersModule } from './rules-beyond-roles/orders.module';
import { TenantAuthorizer } from './rules-beyond-roles/tenant.authorizer';
import { UserOrdersController } from './rules-beyond-roles/user-orders.controller';

type Listening = Awaited<ReturnType<typeof listen>>;
type Method = 'get' | 'post' | 'put';

const apps: INestApplication[] = [];
afterAll(() => Promise.all(apps.map((app) => app.close())));

async function start(
  imports: NonNullable<Parameters<typeof listen>[1]['imports']>,
  controllers: Type[] = [],
): Promise<Listening> {
  const listening = await listen(() => new ExpressAdapter(), {
    imports: [...imports, SessionTestingModule.forRoot()],
    controllers,
  });
  apps.push(listening.app);
  return listening;
}

const withAuthorizer = (authorizer: Type<SessionAuthorizer>) =>
  SessionModule.forRoot({ authorizer, requiredRole: 'orders' });

/** Signs a user in, and returns a function that sends requests. */
async function signedIn({ app, url }: Listening, roles: string[], id = 'carol') {
  const { headers } = await signInAs(app, { roles: roles as Role[], user: { id } });
  return async (method: Method, path: string, more: Record<string, string> = {}) =>
    (await request(url)[method](path).set(headers).set(more)).status;
}

describe('the recipe "Rules beyond roles"', () => {
  it('grants the roles below a wildcard, and no other', async () => {
    const orders = await start([OrdersModule]);
    const all = await signedIn(orders, ['orders', 'orders:*']);
    const below = await signedIn(orders, ['orders:*']);
    const exact = await signedIn(orders, ['orders:write']);
    const other = await signedIn(orders, ['order:*', 'products:*']);

    expect([await all('get', '/orders'), await all('post', '/orders')]).toEqual([200, 201]);
    expect([await below('get', '/orders'), await below('post', '/orders')]).toEqual([403, 201]);
    expect([await exact('get', '/orders'), await exact('post', '/orders')]).toEqual([403, 201]);
    expect([await other('get', '/orders'), await other('post', '/orders')]).toEqual([403, 403]);
  });

  it('grants the roles of the tenant that the request names', async () => {
    const orders = await start([withAuthorizer(TenantAuthorizer)], [OrdersController]);
    const carol = await signedIn(orders, ['acme/orders', 'globex/orders', 'globex/orders:write']);
    const plain = await signedIn(orders, ['orders']);

    expect(await carol('get', '/orders', { 'x-tenant': 'acme' })).toBe(200);
    expect(await carol('post', '/orders', { 'x-tenant': 'acme' })).toBe(403);
    expect(await carol('post', '/orders', { 'x-tenant': 'globex' })).toBe(201);
    expect(await carol('get', '/orders', { 'x-tenant': 'umbrella' })).toBe(403);
    expect(await carol('get', '/orders')).toBe(403);
    expect(await plain('get', '/orders', { 'x-tenant': 'acme' })).toBe(403);
  });

  it('asks CASL about the order of the request', async () => {
    const service = SessionModule.forRoot({ authorizer: CaslAuthorizer });
    const orders = await start([service], [UserOrdersController, OrdersController]);
    const carol = await signedIn(orders, ['customer', 'orders']);
    const sam = await signedIn(orders, ['support'], 'sam');
    const eve = await signedIn(orders, ['can:read:Order', 'can:update:Order'], 'eve');

    expect(await carol('put', '/users/carol/orders')).toBe(200);
    expect(await carol('put', '/users/dave/orders')).toBe(403);
    expect(await carol('get', '/users/carol/orders')).toBe(403);
    expect(await sam('get', '/users/carol/orders')).toBe(200);
    expect(await sam('put', '/users/carol/orders')).toBe(403);
    // A role that is spelt like a permission grants nothing. Other roles are as before.
    expect(await eve('get', '/users/eve/orders')).toBe(403);
    expect(await eve('put', '/users/eve/orders')).toBe(403);
    expect([await carol('get', '/orders'), await sam('get', '/orders')]).toEqual([200, 403]);
  });

  it('authorizes behind a gateway every session that may pass', () => {
    const decide = (roles: string[]) =>
      new CaslAuthorizer().authorize(
        sampleSession({ roles }),
        {
          anyOf: ['can:update:Order'],
          isServicesOnly: false,
          skipsCache: false,
          maxSignInAge: null,
        },
        undefined,
        { headers: {} },
      );
    expect(decide(['customer'])).toBe('authorized');
    expect(decide(['support'])).toBe('role-required');
  });
});
