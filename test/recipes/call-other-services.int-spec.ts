import type { INestApplication } from '@nestjs/common';
import { ClientProxyFactory, type TcpClientOptions, Transport } from '@nestjs/microservices';
import { SessionModule } from 'nest-sessions';
import { SessionCalls, SessionCallsModule } from 'nest-sessions/calls';
import { SessionTestingModule, signInAs } from 'nest-sessions/testing';
import { firstValueFrom } from 'rxjs';
import { startedRedis } from '../../libs/session/test-support/started-redis.js';
import { freePort } from '../../tools/processes/free-port.js';
import { openMessagePort } from './call-other-services/open-message-port.js';
import { clientOf, recipeApps } from './support/recipe-apps.js';

const HOST = '127.0.0.1';
const secretOf = (service: string) => `a secret of ${service}, with more than 32 bytes`;

describe('a service that calls another service', () => {
  const start = recipeApps();
  const redis = startedRedis();
  let orders: INestApplication;
  let tcp: TcpClientOptions;

  const testing = () => SessionTestingModule.forRoot({ redis: redis.url });
  const prices = (headers: Readonly<Record<string, string>> = {}) =>
    clientOf(orders).get('/orders/prices').set(headers);

  beforeAll(async () => {
    const port = await freePort();
    tcp = { transport: Transport.TCP, options: { host: HOST, port } };
    // The modules read their environment when they are loaded.
    Object.assign(process.env, {
      PRODUCTS_HOST: HOST,
      PRODUCTS_PORT: String(port),
      PRODUCTS_SECRET: secretOf('products'),
      ORDERS_SECRET: secretOf('orders'),
      BILLING_SECRET: secretOf('billing'),
      SESSION_CALL_SECRET: secretOf('orders'),
    });
    const { ProductsModule } = await import('./call-other-services/products.module.js');
    const { OrdersModule } = await import('./call-other-services/orders.module.js');
    await start([ProductsModule, testing()], (app) => openMessagePort(app, HOST, port));
    orders = await start([OrdersModule, testing()]);
  });

  describe('in the request of a user', () => {
    it('calls on behalf of the user', async () => {
      const user = { id: 'u-1', username: 'carol' };
      const { headers } = await signInAs(orders, { user, roles: ['products'] });
      await prices(headers).expect(200, { tea: 350, for: 'carol' });
    });

    it('is answered 403 when the user lacks the role of the called handler', async () => {
      const { headers } = await signInAs(orders, { roles: ['orders'] });
      const { body } = (await prices(headers).expect(403)) as { body: unknown };
      expect(body).toMatchObject({ code: 'ERR_SESSION_ROLE_REQUIRED' });
    });

    it('calls the other service for a signed-in user only', async () => {
      await prices().expect(401);
    });
  });

  describe('on its own behalf', () => {
    /** Calls the products service outside of any request. */
    async function call(pattern: string, service: string, secret: string): Promise<unknown> {
      const app = await start([
        SessionModule.forRoot({ service }),
        SessionCallsModule.forRoot({ secret }),
        testing(),
      ]);
      const client = ClientProxyFactory.create(app.get(SessionCalls).client('products', tcp));
      try {
        return await firstValueFrom(client.send<unknown>(pattern, {}));
      } catch (error) {
        return error;
      } finally {
        await client.close();
      }
    }

    it('reaches a handler that admits it, and no other', async () => {
      const secret = secretOf('billing');
      expect(await call('products.reprice', 'billing', secret)).toEqual({ repricedBy: 'billing' });
      expect(await call('products.prices', 'billing', secret)).toMatchObject({
        code: 'ERR_SESSION_ROLE_REQUIRED',
      });
      expect(await call('products.reprice', 'orders', secretOf('orders'))).toMatchObject({
        code: 'ERR_SESSION_ROLE_REQUIRED',
      });
    });

    it('cannot call in the name of another service, or without an entry in callers', async () => {
      const denied = { code: 'ERR_SESSION_CALL_REFUSED' };
      expect(await call('products.reprice', 'billing', secretOf('orders'))).toMatchObject(denied);
      expect(await call('products.reprice', 'mailer', secretOf('mailer'))).toMatchObject(denied);
    });
  });

  it('does not start with an unset secret', async () => {
    const calls = SessionCallsModule.forRoot({
      secret: secretOf('products'),
      callers: { orders: process.env.UNSET_SECRET ?? '' },
    });
    const starting = start([SessionModule.forRoot({}), calls, SessionTestingModule.forRoot()]);
    await expect(starting).rejects.toThrow(/callers\.orders has 0 bytes/);
  });
});
