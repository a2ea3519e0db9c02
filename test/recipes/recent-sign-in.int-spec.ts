import { Controller, Get, type INestApplication } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { SessionModule, SkipCache } from 'nest-sessions';
import { SessionIssuerModule } from 'nest-sessions/issuer';
import { SessionTestingModule, type SignedInUser, signInAs } from 'nest-sessions/testing';
import request from 'supertest';
import { listen } from '../../libs/session/test-support/http-adapters';
import { startedRedis } from '../../libs/session/test-support/started-redis';
import { OrdersController } from './recent-sign-in/orders.controller';
import { ReauthenticationController } from './recent-sign-in/reauthentication.controller';
import { UsersService } from './recent-sign-in/users.service';

@Controller('profile')
class ProfileController {
  @Get()
  show(): string {
    return 'in';
  }

  @Get('fresh')
  @SkipCache()
  fresh(): string {
    return 'in';
  }
}

describe('the recipe "Require a recent sign-in"', () => {
  const redis = startedRedis();
  let app: INestApplication;
  let url: string;
  let carol: SignedInUser;

  beforeAll(async () => {
    ({ app, url } = await listen(() => new ExpressAdapter(), {
      imports: [
        SessionModule.forRoot({}),
        SessionIssuerModule.forRoot({}),
        SessionTestingModule.forRoot({ redis: redis.url }),
      ],
      controllers: [OrdersController, ProfileController, ReauthenticationController],
      providers: [UsersService],
    }));
  });
  afterAll(() => app.close());

  beforeEach(async () => {
    carol = await signInAs(app, { roles: ['orders:write'], user: { id: 'carol' } });
    await carol.ageSignIn('10m');
  });

  const remove = (headers: Record<string, string> = carol.headers) =>
    request(url).delete('/orders/7').set(headers);

  const reauthenticate = (password: string, headers: Record<string, string> = carol.headers) =>
    request(url).post('/auth/reauthenticate').set(headers).send({ password });

  const cookieOf = ({ headers }: request.Response): { cookie: string } => {
    const [cookie = ''] = headers['set-cookie'] as unknown as string[];
    expect(cookie).toMatch(/^__Host-sid=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    return { cookie: cookie.replace(/;.*/, '') };
  };

  it('refuses an old sign-in, and says how to re-authenticate', async () => {
    const response = await remove();

    expect(response.status).toBe(403);
    expect(response.body).toEqual({
      type: 'about:blank',
      title: 'Forbidden',
      status: 403,
      code: 'ERR_SESSION_REAUTHENTICATION_REQUIRED',
      detail: 'Enter your password again, at /auth/reauthenticate.',
      maxAge: 300,
      reauthenticate: '/auth/reauthenticate',
    });
    await request(url).get('/profile').set(carol.headers).expect(200);
  });

  it('checks roles first', async () => {
    const dave = await signInAs(app);
    await dave.ageSignIn('10m');

    const response = await remove(dave.headers);

    expect([response.status, response.body]).toEqual([
      403,
      expect.objectContaining({ code: 'ERR_SESSION_ROLE_REQUIRED' }),
    ]);
  });

  it('admits the user with the new token', async () => {
    const response = await reauthenticate('carol-password').expect(204);

    await remove(cookieOf(response)).expect(200, { removed: '7', by: 'carol' });
  });

  it('keeps the old token for requests under way, except where the session must be fresh', async () => {
    await reauthenticate('carol-password').expect(204);

    await request(url).get('/profile').set(carol.headers).expect(200);
    await request(url).get('/profile/fresh').set(carol.headers).expect(403);
    await remove().expect(403);
    await reauthenticate('carol-password').expect(403);
  });

  it('changes nothing with a wrong password, and needs a session', async () => {
    const wrong = await reauthenticate('not-the-password').expect(403);
    expect(wrong.headers['set-cookie']).toBeUndefined();
    await remove().expect(403);
    await reauthenticate('carol-password', {}).expect(401);
  });

  it('serves a route with @SkipCache() however old the sign-in is', async () => {
    await request(url).get('/profile/fresh').set(carol.headers).expect(200);
  });
});
