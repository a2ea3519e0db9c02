import type { INestApplication } from '@nestjs/common';
import { Registry } from 'prom-client';
import { patiently } from '../../../../tools/redis/patience.js';
import { eventually } from '../../../../tools/testing/eventually.js';
import { withCookie } from '../../test-support/requests.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { SessionManager } from '../issuer/session.manager.js';
import { startAuth, startOrders } from '../rpc/test-support/rpc-apps.js';
import { tcp, type Wire } from '../rpc/test-support/transports.js';
import { createToken } from '../token/session-token.js';
import { SessionMetricsModule } from './session-metrics.module.js';

describe('SessionMetricsModule, in a service that asks another one', () => {
  const redis = startedRedis();
  let wire: Wire;
  let auth: INestApplication;
  let orders: INestApplication;
  let url: string;
  let register: Registry;

  beforeEach(async () => {
    wire = await tcp();
    auth = await startAuth(wire.server, { redis: patiently(redis.url) });
    register = new Registry();
    ({ app: orders, url } = await startOrders(wire.client, {
      rpc: { timeout: '5s', breaker: { failures: 2, pause: '50ms' }, cache: '10s' },
      imports: [SessionMetricsModule.forRoot({ register })],
    }));
  });

  afterEach(async () => {
    await Promise.all([orders.close(), auth.close()]);
  });

  const get = async (path: string, token: string) =>
    (await fetch(url + path, withCookie(token))).status;
  const signIn = async (roles: string[]) => {
    const user = { id: 'u-1', username: 'ada' };
    return (await auth.get(SessionManager).create({ user, roles })).token;
  };
  /** Returns the value of a sample, by its name and labels as they are exported. */
  const value = async (sample: string) => {
    const line = (await register.metrics()).split('\n').find((it) => it.startsWith(`${sample} `));
    return line === undefined ? undefined : Number(line.slice(sample.length + 1));
  };

  it('measures reads with the source rpc, and counts calls and cached sessions', async () => {
    const token = await signIn(['orders']);
    expect(await get('/who', token)).toBe(200);
    expect(await get('/who', token)).toBe(200);
    expect(await get('/who', createToken())).toBe(401);

    const reads = 'nest_sessions_read_duration_seconds_count{source="rpc"';
    expect(await value(`${reads},outcome="found"}`)).toBe(1);
    expect(await value(`${reads},outcome="none"}`)).toBe(1);
    expect(await value('nest_sessions_introspection_calls_total')).toBeGreaterThanOrEqual(2);
    expect(await value('nest_sessions_introspection_cache_hits_total')).toBe(1);
    expect(await value('nest_sessions_introspection_breaker_open')).toBe(0);
    const text = await register.metrics();
    for (const absent of ['redis_errors', 'near_cache', 'nest_sessions_active', 'source="redis"']) {
      expect(text).not.toContain(absent);
    }
  });

  it('shows the open breaker and the calls that it prevents, until auth is back', async () => {
    const token = await signIn(['orders']);
    await auth.close();
    await eventually(async () => {
      expect(await get('/who', createToken())).toBe(503);
      return ((await value('nest_sessions_introspection_refusals_total')) ?? 0) > 0;
    });

    expect(await value('nest_sessions_introspection_breaker_open')).toBe(1);
    expect(await value('nest_sessions_introspection_failures_total')).toBeGreaterThanOrEqual(2);
    const failed = 'nest_sessions_read_duration_seconds_count{source="rpc",outcome="failed"}';
    expect(await value(failed)).toBeGreaterThan(0);
    expect(await value('nest_sessions_store_failures_total{kind="refused"}')).toBeGreaterThan(0);

    auth = await startAuth(wire.server, { redis: patiently(redis.url) });
    await eventually(async () => (await get('/who', token)) === 200);
    expect(await value('nest_sessions_introspection_breaker_open')).toBe(0);
  });
});
