import type { INestApplication } from '@nestjs/common';
import { SessionTestingModule, signInAs } from 'nest-sessions/testing';
import { register } from 'prom-client';
import { startedRedis } from '../../libs/session/test-support/started-redis.js';
import { AppModule } from './metrics/app.module.js';
import { clientOf, recipeApps } from './support/recipe-apps.js';

describe('a service with metrics', () => {
  const start = recipeApps();
  const redis = startedRedis();
  let app: INestApplication;

  beforeAll(async () => {
    app = await start([AppModule, SessionTestingModule.forRoot({ redis: redis.url })]);
  });

  afterAll(() => {
    register.clear();
  });

  it('serves them to the scraper without a session', async () => {
    const { headers } = await signInAs(app, { roles: ['orders'] });
    await clientOf(app).get('/unknown').set(headers).expect(404);

    const { text } = await clientOf(app)
      .get('/metrics')
      .expect(200)
      .expect('content-type', /^text\/plain; version=0\.0\.4/);

    expect(text).toMatch(/^nest_sessions_guard_decisions_total\{outcome="allowed"\} \d+$/m);
    expect(text).toContain('nest_sessions_lost_events_total 0');
  });
});
