import { Controller, Get, type INestApplication } from '@nestjs/common';
import { SessionEventRecorder } from '../issuer/session-event.recorder.js';
import { SessionIssuerModule } from '../issuer/session-issuer.module.js';
import { type IssuedSession, SessionManager } from '../issuer/session.manager.js';
import { Roles } from '../roles/roles.decorator.js';
import { SessionModule } from '../session.module.js';
import { httpAdapters, listen, type ListeningApp } from '../../test-support/http-adapters.js';
import { KeptSecurityLog } from '../../test-support/kept-security-log.js';
import { withBearer } from '../../test-support/requests.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { createToken, sessionIdOf } from '../token/session-token.js';
import type { SecurityLog } from './security.log.js';

@Controller('tea')
class TeaController {
  @Get(':id')
  get(): string {
    return 'tea';
  }

  @Roles('orders:write')
  @Get(':id/recipe')
  recipe(): string {
    return 'recipe';
  }
}

function startOn(
  makeAdapter: (typeof httpAdapters)[0][1],
  redis: string,
  securityLog: SecurityLog,
): Promise<ListeningApp> {
  return listen(makeAdapter, {
    imports: [SessionModule.forRoot({ redis, securityLog }), SessionIssuerModule.forRoot({})],
    controllers: [TeaController],
  });
}

function createIn(app: INestApplication): Promise<IssuedSession> {
  return app
    .get(SessionManager, { strict: false })
    .create(
      { user: { id: 'u-1', username: 'ada' }, roles: ['drinker'] },
      { by: 'u-1', reason: 'signed-in' },
    );
}

describe('the security log', () => {
  const redis = startedRedis();
  const log = new KeptSecurityLog();
  let app: INestApplication;
  let manager: SessionManager;

  beforeAll(async () => {
    const [[, express]] = httpAdapters as [(typeof httpAdapters)[0]];
    ({ app } = await startOn(express, redis.url, log));
    manager = app.get(SessionManager, { strict: false });
  });

  beforeEach(() => {
    log.events.length = 0;
  });

  afterAll(() => app.close());

  const create = () => createIn(app);

  it('records each step of a session once, from creation to revocation', async () => {
    const { session } = await create();
    const rotated = await manager.rotate(session.id, { by: 'u-1' });
    const sessionId = rotated?.session.id ?? '';
    await manager.setRoles('u-1', ['orders:write'], { by: 'admin' });
    await manager.updateUser('u-1', { username: 'countess' }, { by: 'admin' });
    await manager.updateData(sessionId, () => ({ locale: 'de' }), { by: 'admin' });
    await manager.revoke(sessionId, { by: 'admin', reason: 'enough' });
    await manager.revoke(sessionId);

    const common = { outcome: 'success', userId: 'u-1', reason: null };
    expect(log.events).toEqual([
      {
        ...common,
        event: 'session.created',
        sessionId: session.id,
        by: 'u-1',
        reason: 'signed-in',
        roles: ['drinker'],
      },
      {
        ...common,
        event: 'session.rotated',
        sessionId,
        previousSessionId: session.id,
        by: 'u-1',
      },
      { ...common, event: 'session.rolesChanged', sessionId, by: 'admin', roles: ['orders:write'] },
      { ...common, event: 'session.userChanged', sessionId, by: 'admin' },
      { ...common, event: 'session.dataChanged', sessionId, by: 'admin' },
      { ...common, event: 'session.revoked', sessionId, by: 'admin', reason: 'enough' },
    ]);
  });

  it('records an expired session once, however many times it is found', async () => {
    const { session } = await create();
    const recorder = app.get(SessionEventRecorder, { strict: false });
    const watched = { sessionId: session.id, userId: 'u-1' };
    await recorder.recordExpiry(watched);
    await recorder.recordExpiry(watched);
    expect(log.events.filter(({ event }) => event === 'session.expired')).toEqual([
      {
        event: 'session.expired',
        outcome: 'success',
        sessionId: session.id,
        userId: 'u-1',
        by: null,
        reason: null,
      },
    ]);
  });
});

describe.each(httpAdapters)('the security log on %s', (_, makeAdapter) => {
  const redis = startedRedis();
  const log = new KeptSecurityLog();
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    ({ app, url } = await startOn(makeAdapter, redis.url, log));
  });

  beforeEach(() => {
    log.events.length = 0;
  });

  afterAll(() => app.close());

  const create = () => createIn(app);
  const get = (path: string, token?: string) =>
    fetch(`${url}${path}`, token === undefined ? {} : withBearer(token));

  it('records denials with the route pattern, not the requested URL', async () => {
    const { token, session } = await create();
    const unknown = createToken();
    log.events.length = 0;
    await get('/tea/canary?canary=1', token);
    await get('/tea/canary/recipe?canary=1', token);
    await get('/tea/canary?canary=1', unknown);
    await get('/tea/canary?canary=1', 'canary');
    await get('/tea/canary?canary=1');

    const denied = {
      event: 'session.denied',
      outcome: 'failure',
      door: 'http',
      method: 'GET',
      caller: null,
    };
    const nobody = {
      ...denied,
      status: 401,
      code: 'ERR_SESSION_REQUIRED',
      route: '/tea/:id',
      sessionId: null,
      userId: null,
    };
    expect(log.events).toEqual([
      {
        ...denied,
        status: 403,
        code: 'ERR_SESSION_ROLE_REQUIRED',
        reason: 'role',
        route: '/tea/:id/recipe',
        sessionId: session.id,
        userId: 'u-1',
      },
      { ...nobody, reason: 'invalid', sessionId: sessionIdOf(unknown) },
      { ...nobody, reason: 'invalid' },
      { ...nobody, reason: 'anonymous' },
    ]);
    expect(JSON.stringify(log.events)).not.toContain('canary');
  });

  it('records a request with two tokens, without a session or user', async () => {
    const { token } = await create();
    log.events.length = 0;
    await fetch(`${url}/tea/1`, {
      headers: { authorization: `Bearer ${token}`, cookie: `__Host-sid=${token}` },
    });
    expect(log.events).toMatchObject([
      { event: 'token.ambiguous', status: 400, sessionId: null, userId: null },
    ]);
  });

  it('records a call without a valid signature', async () => {
    await fetch(`${url}/tea/1`, { headers: { 'x-session-call': 'forged' } });
    expect(log.events).toMatchObject([{ event: 'call.refused', status: 401, caller: null }]);
  });
});
