import { type INestApplication, Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionTestingModule, type SignedInUser, signInAs } from 'nest-sessions/testing';
import { countCommands } from '../../libs/session/test-support/command-counts.js';
import { startedRedis } from '../../libs/session/test-support/started-redis.js';
import { OffersController } from './add-data-from-services/offers.controller.js';
import { OrdersModule } from './add-data-from-services/orders.js';
import { clientOf, recipeApps } from './support/recipe-apps.js';

@Module({
  imports: [SessionModule.forRoot({ redis: process.env.REDIS_URL, service: 'products' })],
  controllers: [OffersController],
})
class ProductsModule {}

describe('data that a service adds to a session', () => {
  const start = recipeApps();
  const redis = startedRedis();
  let orders: INestApplication;
  let products: INestApplication;
  let carol: SignedInUser;

  beforeAll(async () => {
    const sessions = SessionTestingModule.forRoot({ redis: redis.url });
    orders = await start([OrdersModule, sessions]);
    products = await start([ProductsModule, sessions]);
  });

  beforeEach(async () => {
    carol = await signInAs(orders);
  });

  const redeem = () => clientOf(orders).post('/orders/coupon').set(carol.headers);
  const offer = () => clientOf(products).get('/products/offer').set(carol.headers);

  it('is readable in another service until the session ends', async () => {
    await offer().expect(200, { percentOff: 0 });
    await redeem().expect(201);
    await offer().expect(200, { percentOff: 10 });
    await carol.revoke();
    await offer().expect(401);
  });

  it('is written once: a second value is answered 409', async () => {
    await redeem().expect(201);
    const { body } = (await redeem().expect(409)) as { body: unknown };
    expect(body).toMatchObject({ code: 'ERR_SESSION_DATA_EXISTS' });
    await offer().expect(200, { percentOff: 10 });
  });

  it('is not visible in another session of the user', async () => {
    await redeem().expect(201);
    const elsewhere = await signInAs(orders, { user: carol.user });
    const client = clientOf(products).get('/products/offer').set(elsewhere.headers);
    await client.expect(200, { percentOff: 0 });
  });

  it('costs one command to read', async () => {
    await redeem().expect(201);
    const { hgetall } = await countCommands(redis.client, () => offer().expect(200));
    expect(hgetall).toBe(1);
  });
});
