import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { failStore, SessionTestingModule, signInAs } from 'nest-sessions/testing';
import request from 'supertest';
import { silent } from '../../../libs/session/test-support/http-adapters';
import { AppModule } from './app.module.js';

let app: INestApplication<Server>;

beforeAll(async () => {
  const module = await Test.createTestingModule({
    imports: [AppModule, SessionTestingModule.forRoot()],
  })
    .setLogger(silent)
    .compile();
  app = await module.createNestApplication<INestApplication<Server>>().init();
});
afterAll(() => app.close());

// #region change
it('shows every change of the session to the next request', async () => {
  const carol = await signInAs(app, { roles: ['orders'] });
  const send = (method: 'get' | 'post' | 'delete') =>
    request(app.getHttpServer())[method]('/orders').set(carol.headers);

  await send('post').expect(403);
  await carol.setRoles(['orders', 'orders:write']);
  await send('post').expect(201);

  await carol.updateUser({ username: 'caroline' }); // all sessions of the user
  await carol.updateData((data) => ({ ...data, locale: 'de' }));
  await send('get').expect(200, { username: 'caroline', data: { locale: 'de' } });

  await send('delete').expect(200);
  await carol.ageSignIn('10m');
  await send('delete').expect(403); // @RequireRecentSignIn('5m')

  await carol.revoke();
  await send('get').expect(401);
});
// #endregion change

it('refuses an expired session', async () => {
  for (const timeout of [undefined, 'idle', 'absolute'] as const) {
    const carol = await signInAs(app, { roles: ['orders'] });
    await request(app.getHttpServer()).get('/orders').set(carol.headers).expect(200);
    await carol.expire(timeout);
    await request(app.getHttpServer()).get('/orders').set(carol.headers).expect(401);
  }
});

// #region outage
it('answers 503 while the store is away', async () => {
  const carol = await signInAs(app, { roles: ['orders'] });
  const restore = failStore(app);
  await request(app.getHttpServer()).get('/orders').set(carol.headers).expect(503);
  restore();
  await request(app.getHttpServer()).get('/orders').set(carol.headers).expect(200);
});
// #endregion outage
