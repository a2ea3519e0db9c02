import { Controller, Get, type INestApplication, Module } from '@nestjs/common';
import { OptionalSession, Public } from 'nest-sessions';
import { SessionContext } from 'nest-sessions/context';
import { SessionTestingModule, signInAs } from 'nest-sessions/testing';
import { OrdersModule, OrdersService } from './read-the-session-anywhere.js';
import { clientOf, recipeApps } from './support/recipe-apps.js';

@Controller('orders')
class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get()
  list(): string {
    return this.orders.list();
  }

  @Get('optional')
  @OptionalSession()
  listOptionally(): string {
    return this.orders.list();
  }

  @Get('public')
  @Public()
  listPublicly(): string {
    return this.orders.list();
  }
}

@Module({ imports: [OrdersModule], controllers: [OrdersController] })
class OrdersApi {}

describe('a provider that reads the session of the request', () => {
  const start = recipeApps();
  let app: INestApplication;

  beforeAll(async () => {
    app = await start([OrdersApi, SessionTestingModule.forRoot()]);
  });

  it('reads the user of each of two requests at once, and stays a singleton', async () => {
    const users = [
      await signInAs(app, { user: { username: 'carol' } }),
      await signInAs(app, { user: { username: 'ada' } }),
    ];
    const answers = users.map(({ headers }) => clientOf(app).get('/orders').set(headers));
    const texts = (await Promise.all(answers)).map(({ text }) => text);
    expect(texts).toEqual(['the orders of carol', 'the orders of ada']);
    expect(app.get(OrdersService)).toBe(app.get(OrdersService));
  });

  it('is answered 401 without a user on a route with @OptionalSession()', async () => {
    await clientOf(app).get('/orders/optional').expect(401);
    const { headers } = await signInAs(app);
    await clientOf(app).get('/orders/optional').set(headers).expect(200);
  });

  it('fails on a @Public() route and outside of a request', async () => {
    const { headers } = await signInAs(app);
    await clientOf(app).get('/orders/public').set(headers).expect(500);
    expect(() => app.get(OrdersService).list()).toThrow('There is no current session');
    expect(app.get(SessionContext).user).toBeNull();
  });
});
