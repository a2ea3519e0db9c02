import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServiceMetrics } from '@app/platform';
import { Logger, type ModuleMetadata } from '@nestjs/common';
import { Transport } from '@nestjs/microservices';
import { Test, type TestingModule } from '@nestjs/testing';
import { SessionModule } from 'nest-sessions';
import { SessionCallsModule } from 'nest-sessions/calls';
import { SessionChannelsModule } from 'nest-sessions/channels';
import { SessionIssuerModule } from 'nest-sessions/issuer';
import { SessionMetricsModule } from 'nest-sessions/metrics';
import { SessionRpcModule } from 'nest-sessions/rpc';
import { type Registry, Registry as OwnRegistry } from 'prom-client';
import { PasswordQueue } from '../apps/auth/src/passwords/password-queue';
import { PasswordQueueMetrics } from '../apps/auth/src/passwords/password-queue.metrics';
import { repositoryRoot } from '../tools/repository-root';
import { workerServers } from '../tools/testing/worker-servers';
import { metricNamesIn } from './support/metric-names';

/** Files of the project that name metrics. */
const SHIPPED = ['docker/grafana/nest-sessions.json', 'docker/prometheus/alerts.yml'];

const REFERENCE = 'docs/reference/metrics.md';

describe('names of metrics', () => {
  const apps: TestingModule[] = [];
  /** Names that the library and apps/auth export. */
  let own: string[];
  /** Names that a service of this repository exports in addition. */
  let ofProcess: string[];

  beforeAll(async () => {
    for (const level of ['log', 'warn', 'error'] as const) {
      jest.spyOn(Logger.prototype, level).mockReturnValue();
    }
    const { url } = await workerServers().redis();
    const issuing = await started([
      SessionModule.forRoot({ redis: url, nearCache: true }),
      SessionIssuerModule.forRoot({}),
      SessionChannelsModule.forRoot({}),
    ]);
    const asking = await started([
      SessionModule.forRoot({ service: 'orders' }),
      SessionCallsModule.forRoot({ secret: 'a secret of the tests, with more than 32 bytes' }),
      SessionRpcModule.forRoot({ client: { transport: Transport.TCP, options: { port: 1 } } }),
    ]);
    const service = new ServiceMetrics();
    service.collectProcess();
    ofProcess = namesOf(service.register);
    const auth = new ServiceMetrics();
    new PasswordQueueMetrics(auth, new PasswordQueue());
    own = [...new Set([issuing, asking, auth.register].flatMap(namesOf))];
  });

  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    jest.restoreAllMocks();
  });

  /** Starts an application and returns the registry of its metrics. */
  async function started(imports: NonNullable<ModuleMetadata['imports']>): Promise<Registry> {
    const register = new OwnRegistry();
    const metrics = SessionMetricsModule.forRoot({ register, events: true });
    const app = await Test.createTestingModule({ imports: [...imports, metrics] }).compile();
    apps.push(await app.init());
    return register;
  }

  it('are all on the page of the reference, and no others', async () => {
    expect(metricNamesIn(await file(REFERENCE))).toEqual(own.toSorted());
  });

  it.each(SHIPPED)('in %s exist, those of the process as well', async (path) => {
    const named = metricNamesIn(await file(path));
    const known = [...own, ...ofProcess];
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(5);
  });

  it('of the process are on the dashboard', async () => {
    const named = metricNamesIn(await file('docker/grafana/nest-sessions.json'));
    expect(named.filter((name) => /^(nodejs|process)_/.test(name))).not.toEqual([]);
  });
});

function namesOf(register: Registry): string[] {
  return register.getMetricsAsArray().map(({ name }) => name);
}

function file(path: string): Promise<string> {
  return readFile(join(repositoryRoot, path), 'utf8');
}
