import {
  connectionManagerOf,
  type EnvoyFile,
  extAuthzOf,
  forwardAuthOf,
  headerMutationsOf,
  readEnvoy,
  readTraefik,
  type TraefikFile,
} from './support/gateway-files';
import { SERVICES } from './support/guarded-redis';

/** Headers that identify the user. */
const IDENTITY = ['x-session-user', 'x-session-roles', 'x-session-identity'];

/** Headers that a client must not set. */
const STRIPPED = [
  ...IDENTITY,
  'x-session-call',
  'x-verify-service',
  'x-original-method',
  'x-original-uri',
  'x-original-url',
  'x-rewrite-url',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
];

const lower = (names: readonly string[]) => names.map((name) => name.toLowerCase());

describe('docker/gateway/traefik.yaml', () => {
  let file: TraefikFile;

  beforeAll(async () => {
    file = await readTraefik();
  });

  it('strips headers that clients must not set, first in every router', () => {
    const strip = file.http.middlewares.strip?.headers?.customRequestHeaders ?? {};
    expect(lower(Object.keys(strip)).sort()).toEqual([...STRIPPED, 'x-request-id'].sort());
    // An empty value removes a header.
    expect(new Set(Object.values(strip))).toEqual(new Set(['']));
    for (const { middlewares } of Object.values(file.http.routers)) {
      expect(middlewares[0]).toBe('strip');
    }
  });

  it('verifies a request last, under the name of its service', () => {
    for (const [name, { middlewares, service }] of Object.entries(file.http.routers)) {
      if (['passwords', 'auth', 'console'].includes(name)) {
        expect(middlewares).not.toContain('verify');
        continue;
      }
      expect(middlewares).toEqual(['strip', `for-${service}`, 'verify']);
      expect(file.http.middlewares[`for-${service}`]?.headers?.customRequestHeaders).toEqual({
        'X-Verify-Service': service,
      });
    }
  });

  it('sends only expected headers to auth, and copies only identity headers back', () => {
    const { address, ...rest } = forwardAuthOf(file);
    expect(new URL(address).pathname).toBe('/auth/verify');
    expect(rest.trustForwardHeader).toBe(false);
    expect(lower(rest.authRequestHeaders)).toEqual(['authorization', 'cookie', 'x-verify-service']);
    expect(lower(rest.authResponseHeaders)).toEqual(IDENTITY);
  });

  it('defines exactly the middlewares and services that it uses, and requires TLS', () => {
    const { routers, middlewares, services } = file.http;
    for (const router of Object.values(routers)) {
      for (const name of router.middlewares) expect(Object.keys(middlewares)).toContain(name);
      expect(Object.keys(services)).toContain(router.service);
      expect(router).toMatchObject({ entryPoints: ['websecure'], tls: {} });
    }
    const used = new Set(Object.values(routers).flatMap((router) => router.middlewares));
    expect(Object.keys(middlewares).filter((name) => !used.has(name))).toEqual([]);
    expect(Object.keys(services).sort()).toEqual([...SERVICES].sort());
  });

  it('exposes neither /auth/verify nor the key set', () => {
    const rules = Object.values(file.http.routers).map(({ rule }) => rule);
    expect(rules.filter((rule) => /well-known|PathPrefix\(`\/`\)/.test(rule))).toEqual([]);
    const [, pattern = ''] =
      /!PathRegexp\(`\(\?i\)([^`]+)`\)/.exec(file.http.routers.auth?.rule ?? '') ?? [];
    for (const path of ['/auth/verify', '/auth/verify/orders', '/AUTH/Verify', '//auth//verify']) {
      expect(path).toMatch(new RegExp(pattern, 'i'));
    }
    expect('/auth/session').not.toMatch(new RegExp(pattern, 'i'));
  });
});

describe('docker/gateway/envoy.yaml', () => {
  let file: EnvoyFile;

  beforeAll(async () => {
    file = await readEnvoy();
  });

  const routes = () =>
    connectionManagerOf(file).route_config.virtual_hosts.flatMap((it) => it.routes);

  it('strips headers that clients must not set before it asks auth', () => {
    const { http_filters: filters } = connectionManagerOf(file);
    expect(filters.map(({ name }) => name)).toEqual([
      'envoy.filters.http.header_mutation',
      'envoy.filters.http.ext_authz',
      'envoy.filters.http.router',
    ]);
    const removed = headerMutationsOf(file).request_mutations.map(({ remove }) => remove);
    expect(removed.sort()).toEqual([...STRIPPED, 'x-forwarded-method', 'x-forwarded-uri'].sort());
    // It would run last, and remove auth's headers.
    expect(JSON.stringify(file)).not.toContain('request_headers_to_remove');
  });

  it('exchanges only expected headers with auth, and fails closed without an answer', () => {
    const { http_service: service, ...rest } = extAuthzOf(file);
    const exact = ({ patterns }: { patterns: { exact: string }[] }) =>
      patterns.map((pattern) => {
        expect(Object.keys(pattern)).toEqual(['exact']);
        return pattern.exact;
      });
    expect(rest.failure_mode_allow).toBe(false);
    expect(rest.status_on_error).toEqual({ code: 'ServiceUnavailable' });
    expect(exact(rest.allowed_headers)).toEqual(['authorization', 'cookie', 'x-verify-service']);
    expect(service.path_prefix).toBe('/auth/verify');
    const { authorization_response: response } = service;
    expect(exact(response.allowed_upstream_headers)).toEqual(IDENTITY);
    expect(exact(response.allowed_client_headers)).not.toContain('set-cookie');
    expect(rest).not.toHaveProperty('with_request_body');
  });

  it('normalizes the path before it asks auth, and rejects ambiguous requests', () => {
    expect(connectionManagerOf(file)).toMatchObject({
      normalize_path: true,
      merge_slashes: true,
      path_with_escaped_slashes_action: 'REJECT_REQUEST',
      use_remote_address: true,
      common_http_protocol_options: { headers_with_underscores_action: 'REJECT_REQUEST' },
      upgrade_configs: [{ upgrade_type: 'websocket' }],
    });
  });

  it('skips verification only under /auth/, for pages, and where it responds 404', () => {
    const unasked = routes().filter(
      (it) => it.typed_per_filter_config?.['envoy.filters.http.ext_authz']?.disabled,
    );
    expect(unasked.map(({ match, direct_response: answer }) => [match, answer?.status])).toEqual([
      [{ safe_regex: { regex: '(?i)/+auth/+verify.*' } }, 404],
      [{ prefix: '/auth/' }, undefined],
      [{ path_separated_prefix: '/sessions' }, undefined],
      [{ prefix: '/' }, 404],
    ]);
    // The first match counts.
    expect(routes()[0]?.direct_response?.status).toBe(404);
    expect(routes().at(-1)?.direct_response?.status).toBe(404);
  });

  it('names the target service to auth', () => {
    const asked = routes().filter(
      (it) => !it.typed_per_filter_config?.['envoy.filters.http.ext_authz'],
    );
    const clusters = new Set(asked.map(({ route }) => route?.cluster));
    expect([...clusters].sort()).toEqual([...SERVICES].sort());
    for (const { route, typed_per_filter_config: config } of asked) {
      expect(config?.['envoy.filters.http.header_mutation']?.mutations.request_mutations).toEqual([
        {
          append: {
            header: { key: 'x-verify-service', value: route?.cluster },
            append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
          },
        },
      ]);
    }
  });

  it('limits the time of endless responses by their heartbeats only', () => {
    const endless = routes().filter(({ route }) => route?.timeout === '0s');
    expect(endless.map(({ match, route }) => [match, route?.idle_timeout])).toEqual([
      [{ prefix: '/admin/' }, '15s'],
      [{ safe_regex: { regex: '/orders/(stream|live)' } }, '15s'],
    ]);
  });

  it('defines each cluster that it uses', () => {
    const clusters = file.static_resources.clusters.map((it) => {
      expect(it.load_assignment.cluster_name).toBe(it.name);
      return it.name;
    });
    expect(clusters.sort()).toEqual([...SERVICES].sort());
    expect(clusters).toContain(extAuthzOf(file).http_service.server_uri.cluster);
  });
});
