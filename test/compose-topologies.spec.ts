import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { repositoryRoot } from '../tools/repository-root';
import { eachRow } from '../tools/testing/each-row';
import { ComposeProject, exampleVariables } from './support/compose-project';
import { filledIn, TOPOLOGIES } from './support/compose-values';

const REDIS_FOLDER = join(repositoryRoot, 'docker/redis');

/** Services that are configured like an app: the command for users like auth. */
const CONFIGURED = ['auth', 'orders', 'products', 'users'];

const values = filledIn();
const projectOf = (topology: string) =>
  new ComposeProject(`docker/${topology}/compose.yaml`, values);

/** Returns the Redis servers in a service's environment. */
function redisServersIn(environment: Record<string, string>): { host: string; port: string }[] {
  const { REDIS_URL, REDIS_SENTINELS, REDIS_CLUSTER } = environment;
  const list = REDIS_URL ?? REDIS_SENTINELS ?? REDIS_CLUSTER ?? '';
  return list.split(',').map((entry) => {
    const { hostname, port } = new URL(entry.includes('://') ? entry : `redis://${entry}`);
    return { host: hostname, port };
  });
}

/** Returns the port on which a Redis or a Sentinel listens. */
function portOf({ entrypoint = [], command = [] }: ReturnType<ComposeProject['service']>): string {
  const words = [...entrypoint, ...command];
  return words.includes('--port') ? String(words[words.indexOf('--port') + 1]) : '6379';
}

interface ScrapeConfig {
  rule_files: string[];
  scrape_configs: [
    { job_name: string; static_configs: { targets: [string]; labels: { service: string } }[] },
  ];
}

/** Returns a configuration of Prometheus: the services that it scrapes. */
function scrapeConfig(file: string) {
  const text = readFileSync(join(repositoryRoot, 'docker/prometheus', file), 'utf8');
  const { rule_files: rules, scrape_configs } = parse(text) as ScrapeConfig;
  const [{ job_name: job, static_configs: targets }] = scrape_configs;
  const services = targets.map(({ targets: [target], labels }) => {
    const [host = '', port] = target.split(':');
    return { name: labels.service, host, port };
  });
  return { job, services, rules };
}

/** Returns a file with which Grafana sets itself up. */
function provisioned(file: string) {
  const path = join(repositoryRoot, 'docker/grafana/provisioning', file);
  return parse(readFileSync(path, 'utf8')) as {
    datasources: [{ url: string }];
    providers: [{ options: { path: string } }];
  };
}

describe.each(TOPOLOGIES)('docker/%s/compose.yaml', (topology) => {
  const project = projectOf(topology);
  const names = Object.keys(project.services);

  it('runs the three services behind nginx, on PostgreSQL and Redis', () => {
    expect(names).toEqual(expect.arrayContaining(['nginx', 'auth', 'orders', 'products']));
    const servers = names.filter((name) =>
      project.service(name).entrypoint?.[1]?.endsWith('redis.sh'),
    );
    expect(servers).toHaveLength({ single: 1, sentinel: 3, cluster: 6 }[topology]);
    const sentinels = names.filter((name) =>
      project.service(name).entrypoint?.[1]?.endsWith('sentinel.sh'),
    );
    expect(sentinels).toHaveLength(topology === 'sentinel' ? 3 : 0);
  });

  it('references only existing files', () => {
    const paths = project.paths;
    expect(paths).not.toEqual([]);
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('gives every Redis an existing script and users file', () => {
    const folder = '/etc/nest-sessions';
    const ours = names.filter((name) => project.service(name).entrypoint?.[1]?.startsWith(folder));
    expect(ours).toHaveLength({ single: 1, sentinel: 6, cluster: 7 }[topology]);
    for (const name of ours) {
      const { entrypoint = [], command = [], volumes } = project.service(name);
      expect(volumes).toContain(`../redis:${folder}:ro`);
      const script = basename(entrypoint[1] ?? '');
      expect(readdirSync(REDIS_FOLDER)).toContain(script);
      if (script === 'start-redis.sh') expect(readdirSync(REDIS_FOLDER)).toContain(command[0]);
    }
  });

  it('publishes only the ports of nginx, and Grafana on loopback', () => {
    const published: Record<string, string[]> = {
      nginx: ['80:80', '443:443'],
      grafana: ['127.0.0.1:3000:3000'],
    };
    for (const name of names) expect(project.service(name).ports).toEqual(published[name]);
  });

  it('declares only dependencies that exist', () => {
    for (const name of names) {
      for (const [other, { condition }] of Object.entries(project.service(name).depends_on ?? {})) {
        expect(names).toContain(other);
        expect(condition).toMatch(/^service_(started|healthy|completed_successfully)$/);
      }
    }
  });

  it('declares exactly the volumes and networks that it uses', () => {
    const volumes = names
      .flatMap((name) => project.service(name).volumes ?? [])
      .map((volume) => volume.split(':')[0] ?? '')
      .filter((source) => /^\w/.test(source));
    expect(volumes.sort()).toEqual([...project.volumes].sort());
    const networks = names.flatMap((name) => Object.keys(project.networksOf(name)));
    expect(new Set(networks)).toEqual(new Set(Object.keys(project.networks)));
  });

  it('pins the major version of every image', () => {
    for (const name of names) {
      const { image, build } = project.service(name);
      if (build === undefined) expect(image).toMatch(/^([a-z]+\/)?[a-z]+:v?\d+(\.\d+)*(-alpine)?$/);
    }
  });

  it('uses only variables of example.env, all required except SESSION_NEAR_CACHE', () => {
    expect([...project.variables].filter(([, { isRequired }]) => !isRequired)).toEqual([
      ['SESSION_NEAR_CACHE', { isRequired: false, fallback: 'off' }],
    ]);
    for (const name of project.variables.keys()) expect(exampleVariables().has(name)).toBe(true);
  });

  it('gives each service a reachable Redis and the credentials of its Redis user', async () => {
    await eachRow(CONFIGURED, expectWayToRedis);
  });

  function expectWayToRedis(name: string): void {
    const { environment = {} } = project.service(name);
    const servers = redisServersIn(environment);
    expect(servers).toHaveLength({ single: 1, sentinel: 3, cluster: 6 }[topology]);
    for (const { host, port } of servers) {
      const found = project.reachable(name, host);
      expect(found).toHaveLength(1);
      expect(portOf(project.service(found[0] ?? ''))).toBe(port);
    }
    if (environment.REDIS_SENTINEL_NAME !== undefined) {
      const script = readFileSync(join(REDIS_FOLDER, 'start-sentinel.sh'), 'utf8');
      expect(script).toContain(`"sentinel monitor ${environment.REDIS_SENTINEL_NAME} `);
    }
    const user = name === 'users' ? 'auth' : name;
    const password = values[`REDIS_PASSWORD_${user.toUpperCase()}`] ?? '';
    expect(Object.values(environment).join()).toContain(`redis://${user}:${password}@`);
  }

  it('gives auth a reachable PostgreSQL and the credentials of its user', () => {
    const { environment = {} } = project.service('auth');
    const url = new URL(environment.DATABASE_URL ?? '');
    expect(project.reachable('auth', url.hostname)).toEqual(['postgres']);
    expect(url.port).toBe('5432');
    const { POSTGRES_USER, POSTGRES_PASSWORD } = project.service('postgres').environment ?? {};
    expect([url.username, url.password]).toEqual([POSTGRES_USER, POSTGRES_PASSWORD]);
    // PostgreSQL's default database.
    expect(url.pathname).toBe(`/${POSTGRES_USER ?? ''}`);
  });

  it('lets orders call products, and gives all services the same call secret', () => {
    const { PRODUCTS_RPC_HOST = '' } = project.service('orders').environment ?? {};
    expect(project.reachable('orders', PRODUCTS_RPC_HOST)).toEqual(['products']);
    const secrets = ['auth', 'orders', 'products'].map(
      (name) => project.service(name).environment?.SESSION_CALL_SECRET,
    );
    expect(secrets).toEqual(Array(3).fill(values.SESSION_CALL_SECRET));
    expect(values.SESSION_CALL_SECRET).toMatch(/^[0-9a-f]{64}$/);
  });

  it('puts only nginx and the three services on the front network', () => {
    const behind = names.filter((name) => 'front' in project.networksOf(name));
    expect(behind.sort()).toEqual(['auth', 'nginx', 'orders', 'products']);
  });

  it('starts Prometheus and Grafana with the profile metrics only', () => {
    const profiles = Object.fromEntries(
      names.flatMap((name) => {
        const { profiles: its } = project.service(name);
        return its === undefined ? [] : [[name, its]];
      }),
    );
    expect(profiles).toEqual({ users: ['tools'], prometheus: ['metrics'], grafana: ['metrics'] });
  });

  it('lets Prometheus scrape each service, and Grafana reach Prometheus, on a network of their own', () => {
    const { services } = scrapeConfig('compose.yml');
    expect(services.map(({ name }) => name)).toEqual(['auth', 'orders', 'products']);
    for (const { name, host, port } of services) {
      expect(host).toBe(name);
      expect(project.reachable('prometheus', host)).toEqual([name]);
      expect(project.service(name).environment?.METRICS_PORT).toBe(port);
    }
    const { url } = provisioned('datasources/prometheus.yaml').datasources[0];
    expect(project.reachable('grafana', new URL(url).hostname)).toEqual(['prometheus']);
    expect(Object.keys(project.networksOf('prometheus'))).toEqual(['metrics']);
    expect(project.networks.metrics).toMatchObject({ internal: true });
    const behind = names.filter((name) => 'metrics' in project.networksOf(name));
    expect(behind.sort()).toEqual(['auth', 'grafana', 'orders', 'products', 'prometheus']);
  });

  it('gives Grafana the dashboard, and no sign-in', () => {
    const { environment, volumes = [] } = project.service('grafana');
    const { path } = provisioned('dashboards/nest-sessions.yaml').providers[0].options;
    expect(volumes).toContain(`../grafana/nest-sessions.json:${path}/nest-sessions.json:ro`);
    // The default administrator has a default password.
    expect(environment).toMatchObject({
      GF_AUTH_BASIC_ENABLED: 'false',
      GF_AUTH_DISABLE_LOGIN_FORM: 'true',
      GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
    });
  });

  it('gives each Redis the passwords of its users, and each script the right addresses', () => {
    for (const name of names) {
      const { entrypoint = [], command = [], environment = {} } = project.service(name);
      const address = environment.MASTER?.split(' ')[0];
      if (address !== undefined) expect(project.reachable(name, address)).toEqual(['redis-1']);
      if (entrypoint[1]?.endsWith('start-redis.sh')) {
        const users = readFileSync(join(REDIS_FOLDER, command[0] ?? ''), 'utf8');
        for (const [, user = ''] of users.matchAll(/>change-me-([a-z]+)/g)) {
          expect(environment).toHaveProperty(`REDIS_PASSWORD_${user.toUpperCase()}`);
        }
      }
      if (entrypoint[1]?.endsWith('form-cluster.sh')) {
        const nodes = command.map((node) => project.reachable(name, node.replace(/:6379$/, '')));
        expect(nodes).toEqual([1, 2, 3, 4, 5, 6].map((number) => [`redis-${number}`]));
      }
    }
  });

  it('assigns unique fixed addresses outside the range that Docker assigns from', () => {
    const ipam = project.networks.sessions?.ipam?.config[0];
    const addresses = names
      .map((name) => project.networksOf(name).sessions?.ipv4_address)
      .filter((address) => address !== undefined);
    expect(addresses).toHaveLength({ single: 0, sentinel: 6, cluster: 6 }[topology]);
    expect(new Set(addresses).size).toBe(addresses.length);
    if (ipam === undefined) return;
    const network = ipam.subnet.replace(/0\/24$/, '');
    // Docker assigns the upper half by itself.
    expect(ipam.ip_range).toBe(`${network}128/25`);
    for (const address of addresses) {
      expect(address.startsWith(network)).toBe(true);
      expect(Number(address.slice(network.length))).toBeLessThan(128);
    }
  });

  it('runs containers read-only and without capabilities, and Redis as its own user', () => {
    for (const name of names) {
      const service = project.service(name);
      if (name === 'postgres' || name === 'users') continue;
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
      expect(service.restart).toBe(name === 'form-cluster' ? 'on-failure' : 'unless-stopped');
      if (service.image?.startsWith('redis:')) expect(service.user).toBe('redis');
    }
  });
});

describe('docker/example.env', () => {
  const variables = exampleVariables();

  it('describes every variable and sets no value', () => {
    for (const { value, comment } of variables.values()) {
      expect(value).toBe('');
      expect(comment).not.toBe('');
    }
  });

  it('has only variables that a topology uses', () => {
    const used = TOPOLOGIES.flatMap((topology) => [...projectOf(topology).variables.keys()]);
    expect([...variables.keys()].filter((name) => !used.includes(name))).toEqual([]);
  });
});

it('docker/prometheus scrapes the same job in Compose and next to npm start', () => {
  const { job, services, rules } = scrapeConfig('prometheus.yml');
  const compose = scrapeConfig('compose.yml');
  expect([compose.job, compose.rules]).toEqual([job, rules]);
  expect(compose.services.map(({ name }) => name)).toEqual(services.map(({ name }) => name));
});

it('docker/redis contains no password and no password hash', () => {
  for (const file of ['operator.acl', 'users.acl', 'sentinel.conf', 'replication.conf']) {
    const words = readFileSync(join(REDIS_FOLDER, file), 'utf8').split(/\s+/);
    const secrets = words.filter((word) => /^(>|#[0-9a-f]{64})/.test(word));
    expect(secrets.filter((word) => !/^>change-me-[a-z]+$/.test(word))).toEqual([]);
  }
});
