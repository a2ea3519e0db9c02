import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../tools/repository-root';
import { eventually } from '../tools/testing/eventually';
import { call } from './support/http';
import { grantedRedis, NEAR_CACHE } from './support/near-cached-system';
import { metricNamesIn, metricOf } from './support/metric-names';
import { Prometheus, promtool } from './support/prometheus';
import { settingsFor, System } from './support/system';

describe('metrics', () => {
  let system: System;
  let prometheus: Prometheus;

  beforeAll(async () => {
    const settings = { METRICS_PORT: 'each', ...NEAR_CACHE };
    system = await System.startOn(() => grantedRedis(), 'express', settings);
    const { auth = '', orders = '', products = '' } = system.metricsPorts;
    prometheus = await Prometheus.start([auth, orders, products]);
  });

  afterAll(async () => {
    await prometheus.stop();
    await system.stop();
  });

  const value = async (expression: string) => (await prometheus.query(expression))[0]?.value;

  it('of all services are scraped', async () => {
    await eventually(async () => (await value('sum(up{job="nest-sessions"})')) === 3);
  });

  it('show sign-ins, decisions, reads and live sessions of real requests', async () => {
    const carol = await system.signInLike('carol');
    await system.login('carol', 'a wrong password for carol');
    for (let i = 0; i < 5; i += 1) await call(`${system.orders.url}/orders`, { cookie: carol });
    await call(`${system.orders.url}/orders`);

    const decisions = 'nest_sessions_guard_decisions_total{service="orders"';
    const allowed = () => value(`${decisions},outcome="allowed"}`);
    await eventually(async () => ((await allowed()) ?? 0) >= 5);
    await eventually(
      async () => (await value(`${decisions},outcome="ERR_SESSION_REQUIRED"}`)) === 1,
    );
    const signIns = 'nest_sessions_security_events_total{service="auth",event="signIn.';
    await eventually(async () => ((await value(`${signIns}succeeded"}`)) ?? 0) > 0);
    await eventually(async () => ((await value(`${signIns}failed",reason="wrong"}`)) ?? 0) > 0);
    const hits = 'nest_sessions_near_cache_hits_total{service="orders"}';
    await eventually(async () => ((await value(hits)) ?? 0) > 0);
    await eventually(async () => ((await value('nest_sessions_active')) ?? 0) > 0);
    const passwords = 'auth_password_queue_starts_total';
    await eventually(async () => ((await value(passwords)) ?? 0) > 0);
  });

  it('have the names that dashboard and alerts use, those of the process as well', async () => {
    const absent = async () => {
      const scraped = new Set((await prometheus.names()).map(metricOf));
      return (await shippedNames()).filter((name) => !scraped.has(name));
    };
    // These services do not introspect, see below.
    const isElsewhere = (name: string) => name.startsWith('nest_sessions_introspection_');
    await eventually(async () => (await absent()).every(isElsewhere));
  });

  it('need no session, have one path, and are not on the port of the service', async () => {
    const port = system.metricsPorts.auth;
    expect((await call(`http://127.0.0.1:${port}/metrics`)).status).toBe(200);
    expect((await call(`http://127.0.0.1:${port}/`)).status).toBe(404);
    expect((await call(`http://127.0.0.1:${port}/metrics`, { method: 'POST' })).status).toBe(405);
    expect((await call(`${system.auth.url}/metrics`)).status).toBe(404);
  });

  it('have alert rules that promtool accepts, and that fire as described', () => {
    for (const config of ['prometheus.yml', 'compose.yml']) {
      expect(promtool('check', 'config', config)).toMatchObject({ status: 0 });
    }
    expect(promtool('check', 'rules', 'alerts.yml')).toMatchObject({ status: 0 });
    const { status, output } = promtool('test', 'rules', 'alerts.test.yml');
    expect([status, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });
});

describe('metrics of services without Redis', () => {
  let system: System;
  let prometheus: Prometheus;

  beforeAll(async () => {
    system = await System.start('express', { METRICS_PORT: 'each', ...settingsFor('rpc') });
    const { auth = '', orders = '', products = '' } = system.metricsPorts;
    prometheus = await Prometheus.start([auth, orders, products]);
  });

  afterAll(async () => {
    await prometheus.stop();
    await system.stop();
  });

  it('show introspection, and name it as the source of reads', async () => {
    const carol = await system.signInLike('carol');
    await call(`${system.orders.url}/orders`, { cookie: carol });

    const shown = (await shippedNames()).filter((name) => name.includes('introspection'));
    expect(shown).toContain('nest_sessions_introspection_breaker_open');
    for (const name of [...shown, 'nest_sessions_read_duration_seconds_count{source="rpc"}']) {
      const ofOrders = name.includes('{')
        ? name.replace('{', '{service="orders",')
        : `${name}{service="orders"}`;
      await eventually(async () => (await prometheus.query(ofOrders)).length > 0);
    }
    expect(await prometheus.query('nest_sessions_redis_errors_total{service="orders"}')).toEqual(
      [],
    );
  });
});

async function shippedNames(): Promise<string[]> {
  const files = ['docker/grafana/nest-sessions.json', 'docker/prometheus/alerts.yml'];
  const texts = files.map((path) => readFile(join(repositoryRoot, path), 'utf8'));
  return metricNamesIn((await Promise.all(texts)).join('\n'));
}
