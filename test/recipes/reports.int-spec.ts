import { Module } from '@nestjs/common';
import { SessionIssuerModule, SessionManager } from 'nest-sessions/issuer';
import { SessionTestingModule, signInAs } from 'nest-sessions/testing';
import { startedRedis } from '../../libs/session/test-support/started-redis.js';
import { sessions } from './async-options.js';
import { ReportsController, ReportsModule } from './reports.js';
import { clientOf, recipeApps } from './support/recipe-apps.js';

describe('the service of the README', () => {
  const start = recipeApps();

  it('answers as its comments say', async () => {
    const app = await start([ReportsModule, SessionTestingModule.forRoot()]);
    const client = clientOf(app);
    const visitor = await signInAs(app, { roles: [] });
    const reader = await signInAs(app, { roles: ['reports'], user: { username: 'rita' } });
    const writer = await signInAs(app, { roles: ['reports', 'reports:write'] });

    await client.get('/reports').expect(401);
    await client.get('/reports').set(visitor.headers).expect(403);
    await client.get('/reports').set(reader.headers).expect(200, 'the reports of rita');
    await client.post('/reports').set(reader.headers).expect(403);
    await client.post('/reports').set(writer.headers).expect(201, 'created');
    await client.get('/reports/status').expect(200, 'fine');
  });
});

@Module({
  imports: [sessions, SessionIssuerModule.forRoot({ idleTimeout: '30m' })],
  controllers: [ReportsController],
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

    const list = clientOf(app).get('/reports');
    await list.set('Cookie', `__Host-sid=${token}`).expect(200, 'the reports of rita');
    expect(await redis.client.keys('session:*')).toHaveLength(1);
  });
});
