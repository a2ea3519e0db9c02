import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { Controller, Get, type INestApplication, Module, Param } from '@nestjs/common';
import { Registry } from 'prom-client';
import { patiently } from '../../../../tools/redis/patience.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { FaultyProxy } from '../../../../tools/testing/faulty-proxy.js';
import { httpAdapters, listen } from '../../test-support/http-adapters.js';
import { KeptSecurityLog } from '../../test-support/kept-security-log.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { SessionIssuerModule } from '../issuer/session-issuer.module.js';
import { SessionManager } from '../issuer/session.manager.js';
import type { Role } from '../session/session-types.js';
import { Roles } from '../roles/roles.decorator.js';
import { SessionModule } from '../session.module.js';
import type { SessionModuleOptions } from '../options/session.options.js';
import { SessionMetrics } from './session-metrics.js';
import { SessionMetricsModule } from './session-metrics.module.js';
import type { SessionMetricsOptions } from './session-metrics.options.js';

@Controller()
class OrdersController {
  @Get('orders/:id')
  @Roles('orders')
  find(@Param('id') id: string): string {
    return id;
  }
}

const ada = { id: 'user-of-the-test', username: 'ada-lovelace' };

describe.each(httpAdapters)('SessionMetricsModule, on %s', (_name, makeAdapter) => {
  const redis = startedRedis();
  let register: Registry;
  let proxy: FaultyProxy;
  let app: INestApplication;
  let url: string;

  beforeEach(async () => {
    proxy = await FaultyProxy.to(redis.server.port);
  });

  afterEach(async () => {
    // The client keeps its connections open, which the application would wait for.
    (app.getHttpServer() as Server).closeAllConnections();
    await app.close();
    await proxy.close();
  });

  async function start(options: SessionModuleOptions = {}, metrics: SessionMetricsOptions = {}) {
    register = new Registry();
    ({ app, url } = await listen(makeAdapter, {
      imports: [
        SessionModule.forRoot({
          redis: patiently(`redis://127.0.0.1:${proxy.port}`),
          securityLog: new KeptSecurityLog(),
          ...options,
        }),
        SessionIssuerModule.forRoot({}),
        SessionMetricsModule.forRoot({ register, ...metrics }),
      ],
      controllers: [OrdersController],
    }));
  }

  const manager = () => app.get(SessionManager, { strict: false });
  const signIn = async (roles: Role[]) =>
    manager().create({ user: ada, roles, ip: '203.0.113.77' });
  const get = async (path: string, token?: string) => {
    const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` });
    return (await fetch(url + path, { headers })).status;
  };
  /** Returns the value of a sample, by its name and labels as they are exported. */
  const value = async (sample: string) => {
    const line = (await register.metrics()).split('\n').find((it) => it.startsWith(`${sample} `));
    return line === undefined ? undefined : Number(line.slice(sample.length + 1));
  };

  it('counts decisions by outcome and measures reads', async () => {
    await start();
    const allowed = await signIn(['orders']);
    const other = await signIn(['products']);

    expect(await get('/orders/1', allowed.token)).toBe(200);
    expect(await get('/orders/2', allowed.token)).toBe(200);
    expect(await get('/orders/1', other.token)).toBe(403);
    expect(await get('/orders/1')).toBe(401);

    const decisions = 'nest_sessions_guard_decisions_total';
    expect(await value(`${decisions}{outcome="allowed"}`)).toBe(2);
    expect(await value(`${decisions}{outcome="ERR_SESSION_ROLE_REQUIRED"}`)).toBe(1);
    expect(await value(`${decisions}{outcome="ERR_SESSION_REQUIRED"}`)).toBe(1);
    const reads = 'nest_sessions_read_duration_seconds_count';
    expect(await value(`${reads}{source="redis",outcome="found"}`)).toBe(3);
  });

  it('counts live sessions', async () => {
    await start();
    const { session } = await signIn(['orders']);
    await signIn(['orders']);
    await manager().revoke(session.id);

    expect(await value('nest_sessions_active')).toBe(1);
  });

  it('counts security events by reason', async () => {
    await start();
    const { session } = await signIn(['orders']);
    await signIn(['orders']);
    await manager().revoke(session.id, { reason: 'signed-out' });
    await manager().revokeAll(ada.id, { reason: `because ${ada.username} asked for it` });

    const events = 'nest_sessions_security_events_total';
    expect(await value(`${events}{event="session.created",reason="none"}`)).toBe(2);
    expect(await value(`${events}{event="session.revoked",reason="signed-out"}`)).toBe(1);
    expect(await value(`${events}{event="session.revoked",reason="other"}`)).toBe(1);
  });

  it('exports the near-cache where it is on, and only there', async () => {
    await start({ nearCache: true });
    const { token } = await signIn(['orders']);
    await eventually(async () => (await value('nest_sessions_near_cache_link_up')) === 1);
    await get('/orders/1', token);
    await get('/orders/1', token);

    expect(await value('nest_sessions_near_cache_hits_total')).toBeGreaterThanOrEqual(1);
    expect(await value('nest_sessions_near_cache_entries')).toBe(1);
    expect(await value('nest_sessions_near_cache_staleness_seconds')).toBeLessThan(60);
    await app.close();

    await start();
    expect(await register.metrics()).not.toContain('near_cache');
  });

  it('counts Redis errors by kind, those of writes as well', async () => {
    await start();
    await proxy.refuse();
    await expect(signIn(['orders'])).rejects.toThrow();
    // No command is sent any more: the failed attempts to connect count.
    const refused = 'nest_sessions_redis_errors_total{kind="refused"}';
    await eventually(async () => ((await value(refused)) ?? 0) > 1);

    expect(await value('nest_sessions_redis_errors_total{kind="closed"}')).toBeGreaterThan(0);
    expect(await register.metrics()).not.toMatch(/nest_sessions_store_failures_total\{.*\} [1-9]/);
    await proxy.accept();
  });

  it('counts failed reads by their kind, and exports no total meanwhile', async () => {
    await start();
    const { token } = await signIn(['orders']);
    await proxy.refuse();
    await eventually(async () => (await get('/orders/1', token)) === 503);

    const text = await register.metrics();
    expect(text).toMatch(
      /nest_sessions_store_failures_total\{kind="(closed|refused|timeout)"\} [1-9]/,
    );
    expect(await value('nest_sessions_active')).toBeUndefined();
    expect(await value('nest_sessions_active_failures_total')).toBeGreaterThan(0);
    expect(text).toContain('outcome="ERR_SESSION_STORE_UNAVAILABLE"');
    await proxy.accept();
  });

  it('measures how long events take to arrive, whatever the time on this machine', async () => {
    const { now } = Date;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + 60_000);
    try {
      await start({}, { events: true });
      const count = 'nest_sessions_event_lag_seconds_count{type="created"}';
      await eventually(async () => {
        await signIn(['orders']);
        return ((await value(count)) ?? 0) > 0;
      });
      const total = (await value('nest_sessions_event_lag_seconds_sum{type="created"}')) ?? 0;
      expect(total / ((await value(count)) ?? 0)).toBeLessThan(60);
    } finally {
      jest.restoreAllMocks();
    }
  });

  it('has a bounded number of samples, and no user, session, address or path in them', async () => {
    await start({ nearCache: true }, { events: true });
    const { token, session } = await signIn(['orders']);
    const strangers = Array.from({ length: 200 }, () => randomBytes(32).toString('base64url'));
    for (const stranger of strangers) await get(`/orders/${stranger}`, stranger);
    for (let i = 0; i < 200; i += 1) {
      const { session: next } = await signIn(['orders']);
      await manager().revoke(next.id, {
        by: ada.id,
        reason: `reason-${randomBytes(3).toString('hex')}`,
      });
    }
    await get('/orders/1', token);

    const text = await register.metrics();
    for (const secret of [token, session.id, ada.id, ada.username, '203.0.113.77', '/orders']) {
      expect(text).not.toContain(secret);
    }
    for (const stranger of strangers) expect(text).not.toContain(stranger);
    expect(text.split('\n').length).toBeLessThan(300);
  });

  it('keeps two applications of one process apart', async () => {
    await start();
    const [first, firstApp] = [register, app];
    await start();
    const { token } = await signIn(['orders']);
    await get('/orders/1', token);

    const sample = 'nest_sessions_guard_decisions_total{outcome="allowed"}';
    expect(await value(sample)).toBe(1);
    expect(await first.metrics()).toContain(`${sample} 0`);
    await firstApp.close();
  });

  it('takes the registry from another provider, asynchronously', async () => {
    await start();
    await app.close();
    const given = new Registry();
    @Module({ providers: [{ provide: Registry, useValue: given }], exports: [Registry] })
    class RegistryModule {}
    ({ app, url } = await listen(makeAdapter, {
      imports: [
        SessionModule.forRoot({ redis: redis.url }),
        SessionMetricsModule.forRootAsync({
          imports: [RegistryModule],
          inject: [Registry],
          useFactory: (own: Registry) => Promise.resolve({ register: own }),
        }),
      ],
      controllers: [OrdersController],
    }));
    expect(await get('/orders/1')).toBe(401);

    expect(await given.metrics()).toContain('outcome="ERR_SESSION_REQUIRED"} 1');
    expect(app.get(SessionMetrics, { strict: false }).register).toBe(given);
  });

  it('refuses the registry of a running application, and accepts it once the application has ended', async () => {
    await start();
    const taken = register;
    const again = () =>
      listen(makeAdapter, {
        imports: [
          SessionModule.forRoot({ redis: redis.url }),
          SessionMetricsModule.forRoot({ register: taken }),
        ],
      });
    await expect(again()).rejects.toThrow('Give each its own');

    await app.close();
    expect(taken.getMetricsAsArray()).toEqual([]);
    ({ app } = await again());
    expect(await taken.metrics()).toContain('outcome="allowed"} 0');
  });
});
