import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { repositoryRoot } from '../../tools/repository-root';

type Environment = Record<string, string>;

/** A service of a Compose project, with the properties that the project's files set. */
export interface Service {
  image?: string;
  build?: { context: string; dockerfile: string; target: string };
  entrypoint?: string[];
  command?: string[];
  environment?: Environment;
  ports?: string[];
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
  networks?: string[] | Record<string, Network | null>;
  network_mode?: string;
  user?: string;
  read_only?: boolean;
  cap_drop?: string[];
  restart?: string;
  profiles?: string[];
  tmpfs?: string[];
}

interface Network {
  aliases?: string[];
  ipv4_address?: string;
}

interface Extending extends Service {
  extends?: string | { file: string; service: string };
}

interface ComposeFile {
  services: Record<string, Extending>;
  volumes?: Record<string, unknown>;
  networks?: Record<string, { ipam?: { config: { subnet: string; ip_range: string }[] } } | null>;
}

/** File with the variables that the operator sets. */
export const EXAMPLE_FILE = join(repositoryRoot, 'docker/example.env');

/** A Compose project with `extends` resolved and variables interpolated, like `docker compose config`. */
export class ComposeProject {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: readonly string[];
  readonly networks: NonNullable<ComposeFile['networks']>;
  /**
   * Variables of the project: whether the project refuses to start without the variable, and its fallback.
   */
  readonly variables = new Map<string, { isRequired: boolean; fallback?: string }>();

  /**
   * @param file Path from the repository's root.
   * @param values Values of the variables.
   */
  constructor(
    readonly file: string,
    private readonly values: Environment,
  ) {
    const path = join(repositoryRoot, file);
    const compose = read(path);
    this.volumes = Object.keys(compose.volumes ?? {});
    this.networks = compose.networks ?? {};
    this.services = Object.fromEntries(
      Object.keys(compose.services).map((name) => {
        const service = JSON.stringify(follow(path, name));
        return [name, JSON.parse(this.#interpolate(service)) as Service];
      }),
    );
  }

  service(name: string): Service {
    const service = this.services[name];
    if (service === undefined) throw new Error(`${this.file} has no service ${name}`);
    return service;
  }

  /** Returns the network settings of a service, or of the service whose network it shares. */
  networksOf(name: string): Record<string, Network | null> {
    const { networks = [], network_mode: mode } = this.service(name);
    const other = /^service:(.+)$/.exec(mode ?? '')?.[1];
    if (other !== undefined) return this.networksOf(other);
    if (!Array.isArray(networks)) return networks;
    return Object.fromEntries(networks.map((network) => [network, null]));
  }

  /** Returns the services that a service reaches by a name or an address. */
  reachable(from: string, host: string): string[] {
    const own = Object.keys(this.networksOf(from));
    return Object.keys(this.services).filter((name) =>
      Object.entries(this.networksOf(name)).some(([network, settings]) => {
        const isSharing = this.service(name).network_mode !== undefined;
        const names = [isSharing ? '' : name, ...(settings?.aliases ?? [])];
        const addresses = [settings?.ipv4_address];
        return own.includes(network) && [...names, ...addresses].includes(host);
      }),
    );
  }

  /** Absolute paths on the host machine, without the paths that the operator sets. */
  get paths(): string[] {
    const folder = dirname(join(repositoryRoot, this.file));
    return Object.values(this.services).flatMap(({ build, volumes = [] }) => [
      ...(build ? [resolve(folder, build.context)] : []),
      ...(build ? [resolve(folder, build.context, build.dockerfile)] : []),
      ...volumes
        .map((volume) => volume.split(':')[0] ?? '')
        .filter((source) => source.startsWith('.'))
        .map((source) => resolve(folder, source)),
    ]);
  }

  #interpolate(text: string): string {
    return text.replaceAll(
      /\$(\$|\{(\w+)(?:(:\?[^}]+)|:-([^}]*))?\}|.)/g,
      (all: string, form, name, required, fallback?: string) => {
        if (form === '$') return '$';
        if (typeof name !== 'string') throw new Error(`${this.file}: what does '${all}' mean?`);
        const isRequired = required !== undefined || Boolean(this.variables.get(name)?.isRequired);
        this.variables.set(name, { isRequired, fallback });
        const given = this.values[name];
        const value = given === '' ? (fallback ?? '') : given;
        if (value === undefined) throw new Error(`${this.file}: ${name} is not in example.env`);
        return value;
      },
    );
  }
}

/** Files that were read before: all services of a project extend the same few files. */
const filesRead = new Map<string, ComposeFile>();

function read(path: string): ComposeFile {
  const known = filesRead.get(path);
  if (known !== undefined) return known;
  const file = parse(readFileSync(path, 'utf8'), { merge: true }) as ComposeFile;
  filesRead.set(path, file);
  return file;
}

function follow(path: string, name: string): Service {
  const service = read(path).services[name];
  if (service === undefined) throw new Error(`${path} has no service ${name}`);
  const { extends: base, ...own } = service;
  if (base === undefined) return own;
  const inherited =
    typeof base === 'string'
      ? follow(path, base)
      : follow(resolve(dirname(path), base.file), base.service);
  return {
    ...inherited,
    ...own,
    environment: { ...inherited.environment, ...own.environment },
    volumes: [...(inherited.volumes ?? []), ...(own.volumes ?? [])],
  };
}

/** Returns the variables of docker/example.env, each with its value and comment. */
export function exampleVariables(): Map<string, { value: string; comment: string }> {
  const variables = new Map<string, { value: string; comment: string }>();
  let comment = '';
  for (const line of readFileSync(EXAMPLE_FILE, 'utf8').split('\n')) {
    const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) variables.set(name, { value, comment });
    else if (line === '') comment = '';
    else if (line.startsWith('# ')) comment += line.slice(1);
    else throw new Error(`${EXAMPLE_FILE}: what does '${line}' mean?`);
  }
  return variables;
}
