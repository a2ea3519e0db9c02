import './traces/tracing.js';
import { Controller, Get, Module } from '@nestjs/common';
import { Roles } from 'nest-sessions';
import { SessionTestingModule, signInAs } from 'nest-sessions/testing';
import { startedRedis } from '../../libs/session/test-support/started-redis.js';
import { AppModule } from './traces/app.module.js';
import { clientOf, recipeApps } from './support/recipe-apps.js';

@Controller('orders')
class OrdersController {
  @Get()
  @Roles('orders')
  list(): string[] {
    return [];
  }
}

@Module({ controllers: [OrdersController] })
class OrdersModule {}

describe('a service with traces', () => {
  const start = recipeApps();
  const redis = startedRedis();

  it('prints the spans of a request', async () => {
    const printed = jest.spyOn(console, 'dir').mockReturnValue();
    const testing = SessionTestingModule.forRoot({ redis: redis.url });
    const app = await start([AppModule, OrdersModule, testing]);
    const { headers } = await signInAs(app, { roles: ['orders'] });
    await clientOf(app).get('/orders').set(headers).expect(200);

    const spans = printed.mock.calls.map(([span]) => span as object);
    expect(spans).toContainEqual(
      expect.objectContaining({
        name: 'session.authorize',
        attributes: expect.objectContaining({
          'http.route': '/orders',
          'nest_sessions.outcome': 'allowed',
        }) as object,
      }),
    );
    printed.mockRestore();
  });
});
