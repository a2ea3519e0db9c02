import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../tools/repository-root';
import { eventually } from '../tools/testing/eventually';
import { call } from './support/http';
import { grantedRedis, NEAR_CACHE } from './support/near-cached-system';
import { Prometheus, promtool } from './support/prometheus';
import { System } from './support/system';

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

  it('have the names on the page of the reference, in dashboard and alerts as well', async () => {
    await eventually(async () =>
      (await prometheus.names()).includes('nest_sessions_event_lag_seconds_bucket'),
    );
    const page = namesIn(await file('docs/reference/metrics.md'));
    const scraped = (await prometheus.names()).map(baseName).filter((name) => OWN.test(name));
    const elsewhere = [...page].filter((name) => name.startsWith('nest_sessions_introspection_'));

    // A counter with labels has its first sample when it counts for the first time.
    const uncounted = ['nest_sessions_store_failures_total'];
    expect([...new Set([...scraped, ...elsewhere, ...uncounted])].sort()).toEqual([...page].sort());
    for (const shipped of ['docker/grafana/nest-sessions.json', 'docker/prometheus/alerts.yml']) {
      for (const name of namesIn(await file(shipped))) expect(page).toContain(baseName(name));
    }
  });

  it('need no session, have one path, and are not on the port of the service', async () => {
    const port = system.metricsPorts.auth;
    expect((await call(`http://127.0.0.1:${port}/metrics`)).status).toBe(200);
    expect((await call(`http://127.0.0.1:${port}/`)).status).toBe(404);
    expect((await call(`http://127.0.0.1:${port}/metrics`, { method: 'POST' })).status).toBe(405);
    expect((await call(`${system.auth.url}/metrics`)).status).toBe(404);
  });

  it('have alert rules that promtool accepts, and that fire as described', () => {
    expect(promtool('check', 'config', 'prometheus.yml')).toMatchObject({ status: 0 });
    expect(promtool('check', 'rules', 'alerts.yml')).toMatchObject({ status: 0 });
    const { status, output } = promtool('test', 'rules', 'alerts.test.yml');
    expect([status, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });
});

/** Metrics of this project, not of the process. */
const OWN = /^(nest_sessions|auth)_/;

function namesIn(text: string): Set<string> {
  return new Set(
    [...text.matchAll(/\b(?:nest_sessions|auth_password)_[a-z_]+/g)].map(([name]) =>
      baseName(name),
    ),
  );
}

/** Returns the name of a histogram instead of that of its parts. */
function baseName(name: string): string {
  return name.replace(/_(bucket|count|sum)$/, '');
}

function file(path: string): Promise<string> {
  return readFile(join(repositoryRoot, path), 'utf8');
}
