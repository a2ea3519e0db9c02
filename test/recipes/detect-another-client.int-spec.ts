import { Controller, Get, type INestApplication, Logger, Module } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Public, SessionModule } from 'nest-sessions';
import { type BindingOptions, SessionBindingModule } from 'nest-sessions/binding';
import { SessionIssuerModule } from 'nest-sessions/issuer';
import { SessionTestingModule, type SignedInUser, signInAs } from 'nest-sessions/testing';
import { eachRow } from '../../tools/testing/each-row.js';
import { OrdersModule } from './detect-another-client/orders.module.js';
import { ReauthenticationController } from './detect-another-client/reauthentication.controller.js';
import { UsersService } from './detect-another-client/users.service.js';
import { clientOf, recipeApps } from './support/recipe-apps.js';

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';
const HOME = '192.0.2.7';
const ELSEWHERE = '198.51.100.20';

@Controller('orders')
class OrdersController {
  @Get()
  list(): string {
    return 'in';
  }

  @Get('status')
  @Public()
  status(): string {
    return 'fine';
  }
}

@Module({
  imports: [OrdersModule, SessionIssuerModule.forRoot({})],
  controllers: [OrdersController, ReauthenticationController],
  providers: [UsersService],
})
class StrictModule {}

describe('a service that compares clients', () => {
  const start = recipeApps();
  let warnings: jest.SpyInstance;

  beforeEach(() => {
    warnings = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
  });
  afterEach(() => {
    warnings.mockRestore();
  });

  const behindProxy = (app: NestExpressApplication) => app.set('trust proxy', 'loopback');
  const open = (module: object) =>
    start([module as never, SessionTestingModule.forRoot()], behindProxy);
  const signIn = (app: INestApplication) => signInAs(app, { userAgent: CHROME, ip: HOME });

  function headersOf({ headers }: SignedInUser, userAgent: string, ip: string) {
    return { ...headers, 'user-agent': userAgent, 'x-forwarded-for': ip };
  }

  const statusOf = async (app: INestApplication, carol: SignedInUser, agent = CHROME, ip = HOME) =>
    (
      await clientOf(app)
        .get('/orders')
        .set(headersOf(carol, agent, ip))
    ).status;

  const lines = () => warnings.mock.calls.map(([line]: unknown[]) => line);

  it('refuses another browser, and still admits the owner', async () => {
    const app = await open(StrictModule);
    const carol = await signIn(app);
    const stolen = clientOf(app)
      .get('/orders')
      .set(headersOf(carol, FIREFOX, HOME));

    const { body } = (await stolen.expect(403)) as { body: unknown };

    expect(body).toMatchObject({ code: 'ERR_SESSION_REAUTHENTICATION_REQUIRED' });
    expect(await statusOf(app, carol)).toBe(200);
    expect(lines()).toContain(
      `A session of ${carol.user.id} moved: userAgent from Chrome on Windows to Firefox on Linux or Android`,
    );
  });

  it('reports each change once', async () => {
    const app = await open(StrictModule);
    const carol = await signIn(app);

    for (let i = 0; i < 3; i += 1) {
      expect(await statusOf(app, carol, CHROME, ELSEWHERE)).toBe(200);
    }

    const moved = `A session of ${carol.user.id} moved: network from 192.0.0.0/16 to 198.51.0.0/16`;
    expect(lines().filter((line) => line === moved)).toHaveLength(1);
  });

  it('reports ten changes of a session at most', async () => {
    const app = await open(StrictModule);
    const carol = await signIn(app);

    for (let i = 0; i < 15; i += 1) await statusOf(app, carol, CHROME, `203.${i}.113.1`);

    const moved = lines().filter((line) => String(line).includes(`of ${carol.user.id} moved`));
    expect(moved).toHaveLength(10);
  });

  it('decides as the table of the page shows', async () => {
    const agent = moduleWith({ userAgent: 'reauthenticate' });
    const network = moduleWith({ network: 'reauthenticate' });
    await eachRow(
      [
        { module: agent, statuses: [403, 200, 403] },
        { module: network, statuses: [200, 200, 403] },
      ],
      async ({ module, statuses }) => {
        const app = await open(module);
        const carol = await signIn(app);
        expect([
          await statusOf(app, carol, FIREFOX, HOME),
          await statusOf(app, carol, CHROME, ELSEWHERE),
          await statusOf(app, carol, FIREFOX, ELSEWHERE),
        ]).toEqual(statuses);
      },
      ({ statuses }) => statuses.join(),
    );
  });

  it('opens public routes to another client', async () => {
    const app = await open(StrictModule);
    const headers = headersOf(await signIn(app), FIREFOX, ELSEWHERE);
    await clientOf(app).get('/orders/status').set(headers).expect(200);
  });

  it('compares with the client of the last re-authentication', async () => {
    const app = await open(StrictModule);
    const headers = headersOf(await signIn(app), FIREFOX, ELSEWHERE);
    const prove = () => clientOf(app).post('/auth/reauthenticate');
    await prove().send({ password: 'right' }).expect(401);
    await prove().set(headers).send({ password: 'wrong' }).expect(401);

    const answer = await prove().set(headers).send({ password: 'right' }).expect(201);

    const [cookie = ''] = answer.headers['set-cookie'] as unknown as string[];
    const next = { ...headers, cookie: cookie.split(';')[0] ?? '' };
    const list = () => clientOf(app).get('/orders');
    await list().set(next).expect(200);
    await list()
      .set({ ...next, 'user-agent': CHROME })
      .expect(403);
    await list().set(headers).expect(401);
  });

  it('compares nothing for a session without a recorded client', async () => {
    const app = await open(StrictModule);
    expect(await statusOf(app, await signInAs(app), FIREFOX, ELSEWHERE)).toBe(200);
  });
});

function moduleWith(options: BindingOptions): object {
  @Module({
    imports: [SessionModule.forRoot({}), SessionBindingModule.forRoot(options)],
    controllers: [OrdersController],
  })
  class BindingModule {}
  return BindingModule;
}
