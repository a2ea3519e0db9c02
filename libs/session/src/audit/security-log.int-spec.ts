import { Controller, Get, type INestApplication } from '@nestjs/common';
import { RedisServer } from '../../../../tools/redis/redis-server';
import { SessionEventRecorder } from '../issuer/session-event.recorder';
import { SessionIssuerModule } from '../issuer/session-issuer.module';
import { SessionManager } from '../issuer/session.manager';
import { Roles } from '../roles/roles.decorator';
import { SessionModule } from '../session.module';
import { httpAdapters, listen } from '../testing/http-adapters';
import { withBearer } from '../testing/requests';
import { createToken, sessionIdOf } from '../token/session-token';
import type { SecurityEvent } from './security-event';
import { SecurityLog } from './security.log';

class KeptSecurityLog extends SecurityLog {
  readonly events: SecurityEvent[] = [];

  override record(event: SecurityEvent): void {
    this.events.push(event);
  }
}

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

describe.each(httpAdapters)('what is told to the security log on %s', (_, makeAdapter) => {
  const log = new KeptSecurityLog();
  let server: RedisServer;
  let app: INestApplication;
  let url: string;
  let manager: SessionManager;

  beforeAll(async () => {
    server = await RedisServer.start();
    const redis = { port: server.port, disconnectTimeout: 50 };
    ({ app, url } = await listen(makeAdapter, {
      imports: [
        SessionModule.forRoot({ redis, securityLog: log, publishAccess: false }),
        SessionIssuerModule.forRoot({}),
      ],
      controllers: [TeaController],
    }));
    manager = app.get(SessionManager, { strict: false });
  });
  beforeEach(() => {
    log.events.length = 0;
  });
  afterAll(async () => {
    await app.close();
    await server.stop();
  });

  const create = () =>
    manager.create(
      { user: { id: 'u-1', username: 'ada' }, roles: ['drinker'] },
      { by: 'u-1', reason: 'signed-in' },
    );
  const get = (path: string, token?: string) =>
    fetch(`${url}${path}`, token === undefined ? {} : withBearer(token));

  it('is a session from its beginning to its end, each step once', async () => {
    const { session } = await create();
    const rotated = await manager.rotate(session.id, { by: 'u-1' });
    const sessionId = rotated?.session.id ?? '';
    await manager.setRoles('u-1', ['orders:write'], { by: 'admin' });
    await manager.revoke(sessionId, { by: 'admin', reason: 'enough' });
    await manager.revoke(sessionId);

    const told = { outcome: 'success', userId: 'u-1', reason: null };
    expect(log.events).toEqual([
      {
        ...told,
        event: 'session.created',
        sessionId: session.id,
        by: 'u-1',
        reason: 'signed-in',
        roles: ['drinker'],
      },
      {
        ...told,
        event: 'session.rotated',
        sessionId,
        previousSessionId: session.id,
        by: 'u-1',
      },
      { ...told, event: 'session.rolesChanged', sessionId, by: 'admin', roles: ['orders:write'] },
      { ...told, event: 'session.revoked', sessionId, by: 'admin', reason: 'enough' },
    ]);
  });

  it('is an expired session, from the one of all processes that has found it first', async () => {
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

  it('is who was denied, by the pattern of the route and not by what was asked for', async () => {
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

  it('is a request with two tokens, and of nobody', async () => {
    const { token } = await create();
    log.events.length = 0;
    await fetch(`${url}/tea/1`, {
      headers: { authorization: `Bearer ${token}`, cookie: `__Host-sid=${token}` },
    });
    expect(log.events).toMatchObject([
      { event: 'token.ambiguous', status: 400, sessionId: null, userId: null },
    ]);
  });

  it('is a call that nobody has signed', async () => {
    await fetch(`${url}/tea/1`, { headers: { 'x-session-call': 'forged' } });
    expect(log.events).toMatchObject([{ event: 'call.refused', status: 401, caller: null }]);
  });

  it('is the store that is away, once for many requests', async () => {
    const { token } = await create();
    await server.stop();
    log.events.length = 0;
    const count = 40;
    await Promise.all(Array.from({ length: count }, () => get('/tea/1', token)));
    const { length } = log.events;
    expect(length).toBeGreaterThan(0);
    expect(length).toBeLessThan(count / 2);
    expect(new Set(log.events.map(({ event }) => event))).toEqual(new Set(['store.unavailable']));
    expect(log.events[0]).toMatchObject({ status: 503, route: '/tea/:id', userId: null });
  });
});
