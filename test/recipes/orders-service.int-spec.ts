import { Module } from '@nestjs/common';
import { SessionIssuerModule, SessionManager } from 'nest-sessions/issuer';
import { SessionTestingModule, signInAs } from 'nest-sessions/testing';
import { startedRedis } from '../../libs/session/test-support/started-redis.js';
import { sessions } from './async-options.js';
import { OrdersController, OrdersModule } from './orders-service.js';
import { clientOf, recipeApps } from './support/recipe-apps.js';

describe('the service of the README', () => {
  const start = recipeApps();

  it('answers as its comments say', async () => {
    const app = await start([OrdersModule, SessionTestingModule.forRoot()]);
    const client = clientOf(app);
    const visitor = await signInAs(app, { roles: [] });
    const reader = await signInAs(app, { roles: ['orders'], user: { username: 'rita' } });
    const writer = await signInAs(app, { roles: ['orders', 'orders:write'] });

    await client.get('/orders').expect(401);
    await client.get('/orders').set(visitor.headers).expect(403);
    await client.get('/orders').set(reader.headers).expect(200, 'the orders of rita');
    await client.post('/orders').set(reader.headers).expect(403);
    await client.post('/orders').set(writer.headers).expect(201, 'created');
    await client.get('/orders/status').expect(200, 'fine');
  });
});

@Module({
  imports: [sessions, SessionIssuerModule.forRoot({ idleTimeout: '30m' })],
  controllers: [OrdersController],
})
class ConfiguredModule {}

describe('options from a provider', () => {
  const start = recipeApps();
  const redis = startedRedis();
  const { REDIS_URL } = process.env;

  beforeEach(() => {
    process.env.REDIS_URL = redis.url;
  });
  afterEach(() => {
    if (REDIS_URL === undefined) delete process.env.REDIS_URL;
    else process.env.REDIS_URL = REDIS_URL;
  });

  it('name the Redis of the sessions', async () => {
    const app = await start([ConfiguredModule]);
    const user = { id: 'u-1', username: 'rita' };
    const { token } = await app.get(SessionManager).create({ user, roles: [] });

    const list = clientOf(app).get('/orders');
    await list.set('Cookie', `__Host-sid=${token}`).expect(200, 'the orders of rita');
    expect(await redis.client.keys('session:*')).toHaveLength(1);
  });
});
