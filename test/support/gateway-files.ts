import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { repositoryRoot } from '../../tools/repository-root';

type Headers = Record<string, string>;

interface Router {
  entryPoints: string[];
  rule: string;
  priority?: number;
  middlewares: string[];
  service: string;
  tls: object;
}

interface ForwardAuth {
  address: string;
  trustForwardHeader: boolean;
  authRequestHeaders: string[];
  authResponseHeaders: string[];
}

interface Middleware {
  headers?: { customRequestHeaders: Headers };
  forwardAuth?: ForwardAuth;
  rateLimit?: object;
}

/** Content of docker/gateway/traefik.yaml, in the format of Traefik's file provider. */
export interface TraefikFile {
  http: {
    routers: Record<string, Router>;
    middlewares: Record<string, Middleware>;
    services: Record<string, { loadBalancer: { servers: { url: string }[] } }>;
  };
}

interface Patterns {
  patterns: { exact: string }[];
}

interface HeaderMutations {
  request_mutations: {
    remove?: string;
    append?: { header: { key: string; value: string }; append_action: string };
  }[];
}

/** A filter of Envoy, whose configuration depends on its name. */
interface Filter<Config> {
  name: string;
  typed_config: { '@type': string } & Config;
}

export interface ExtAuthz {
  failure_mode_allow: boolean;
  status_on_error: { code: string };
  allowed_headers: Patterns;
  http_service: {
    server_uri: { uri: string; cluster: string; timeout: string };
    path_prefix: string;
    authorization_response: {
      allowed_upstream_headers: Patterns;
      allowed_client_headers: Patterns;
    };
  };
}

export interface Route {
  match: { prefix?: string; path_separated_prefix?: string; safe_regex?: { regex: string } };
  route?: { cluster: string; timeout?: string; idle_timeout?: string };
  direct_response?: { status: number };
  typed_per_filter_config?: {
    'envoy.filters.http.ext_authz'?: { disabled: boolean };
    'envoy.filters.http.header_mutation'?: { mutations: HeaderMutations };
  };
}

export interface HttpConnectionManager {
  use_remote_address: boolean;
  normalize_path: boolean;
  merge_slashes: boolean;
  path_with_escaped_slashes_action: string;
  common_http_protocol_options: { headers_with_underscores_action: string };
  max_request_headers_kb: number;
  upgrade_configs: { upgrade_type: string }[];
  http_filters: Filter<object>[];
  route_config: { virtual_hosts: { domains: string[]; routes: Route[] }[] };
}

/** Content of docker/gateway/envoy.yaml, as far as the tests check it. */
export interface EnvoyFile {
  static_resources: {
    listeners: { filter_chains: { filters: Filter<HttpConnectionManager>[] }[] }[];
    clusters: { name: string; load_assignment: { cluster_name: string } }[];
  };
}

export function readTraefik(): Promise<TraefikFile> {
  return readYaml('traefik.yaml');
}

export function readEnvoy(): Promise<EnvoyFile> {
  return readYaml('envoy.yaml');
}

export function forwardAuthOf({ http }: TraefikFile): ForwardAuth {
  return required(http.middlewares.verify?.forwardAuth);
}

export function connectionManagerOf({ static_resources: { listeners } }: EnvoyFile) {
  return required(listeners[0]?.filter_chains[0]?.filters[0]).typed_config;
}

export function extAuthzOf(file: EnvoyFile): ExtAuthz {
  return filterOf<ExtAuthz>(file, 'envoy.filters.http.ext_authz');
}

export function headerMutationsOf(file: EnvoyFile): HeaderMutations {
  interface Config {
    mutations: HeaderMutations;
  }
  return filterOf<Config>(file, 'envoy.filters.http.header_mutation').mutations;
}

function filterOf<Config>(file: EnvoyFile, name: string): Config {
  const filters = connectionManagerOf(file).http_filters as Filter<Config>[];
  return required(filters.find((it) => it.name === name)).typed_config;
}

async function readYaml<T>(name: string): Promise<T> {
  const text = await readFile(join(repositoryRoot, 'docker/gateway', name), 'utf8');
  // Of a duplicate key only one value would count; no gateway starts with such a file.
  return parse(text, { uniqueKeys: true, strict: true }) as T;
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it is not there any more');
  return value;
}
