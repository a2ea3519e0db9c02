import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { childPid } from '../../tools/processes/child-pid';
import { unrefChild } from '../../tools/processes/child-references';
import { endWithThisProcess } from '../../tools/processes/end-with-this-process';
import { findOnPath } from '../../tools/processes/find-on-path';
import { freePort } from '../../tools/processes/free-port';
import { processExit, type ProcessExit } from '../../tools/processes/process-exit';
import { terminate } from '../../tools/processes/terminate';
import { repositoryRoot } from '../../tools/repository-root';
import { eventually } from '../../tools/testing/eventually';
import { makeCertificate } from '../../tools/testing/make-certificate';
import type { Answer } from './http';
import { callTls, exchangeTls, type TlsCall } from './https';

/** Configuration that the project ships. */
export const NGINX_FILE = join(repositoryRoot, 'docker/nginx/nginx.conf');

/** Shipped configuration of nginx as a gateway, which asks auth before it forwards a request. */
export const GATEWAY_FILE = join(repositoryRoot, 'docker/gateway/nginx.conf');

/** URLs of the services behind nginx. */
export interface Upstreams {
  auth: string;
  orders: string;
  products: string;
}

/** Configuration that runs. */
export interface NginxOptions {
  /** @default NGINX_FILE */
  file?: string;
  /** Changes by an operator: texts of the configuration, each with its replacement. */
  edits?: readonly (readonly [from: string, to: string])[];
}

/** A real nginx with a configuration that the project ships, on ports of this machine. */
export class Nginx {
  private constructor(
    readonly port: number,
    readonly plainPort: number,
    /** Certificate to trust, as PEM. */
    readonly certificate: string,
    private readonly folder: string,
    private readonly child: ChildProcess,
    private readonly exited: Promise<ProcessExit>,
  ) {}

  /** @throws Error with the package to install when nginx, a module of nginx or openssl is missing */
  static async start(upstreams: Upstreams, options: NginxOptions = {}): Promise<Nginx> {
    const [nginx, openssl] = [program('nginx', 'nginx-light'), program('openssl', 'openssl')];
    const folder = await mkdtemp(join(tmpdir(), 'nginx-'));
    const made = await makeCertificate(folder, 'DNS:localhost', openssl);
    const [port, plainPort] = [await freePort(), await freePort()];
    const configuration = join(folder, 'nginx.conf');
    await writeFile(configuration, await configure(folder, port, plainPort, upstreams, options));
    // A file, because /dev/stdout cannot open the pipes that Node.js gives a child.
    const log = await open(join(folder, 'log'), 'a');
    // One process, so that no other is left when this one is killed.
    const directives = `daemon off; master_process off; pid ${join(folder, 'pid')};`;
    const child = spawn(
      nginx,
      ['-p', folder, '-e', 'stderr', '-c', configuration, '-g', directives],
      {
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
      },
    );
    await log.close();
    unrefChild(child);
    const release = endWithThisProcess(await childPid(child), folder);
    const exited = processExit(child).finally(release);
    const certificate = await readFile(made.certificate, 'utf8');
    const started = new Nginx(port, plainPort, certificate, folder, child, exited);
    await started.untilAnswering();
    return started;
  }

  /** Origin of nginx in browsers. */
  get origin(): string {
    return `https://localhost:${this.port}`;
  }

  /** Sends one request over TLS. */
  call(path: string, options: Omit<TlsCall, 'ca' | 'path'> = {}): Promise<Answer> {
    return callTls(this.origin, { ...options, path, ca: this.certificate });
  }

  /**
   * Sends text unchanged. Returns all received data once nginx closes the connection or `until` has arrived.
   */
  exchange(text: string, until?: string): Promise<string> {
    return exchangeTls(this.origin, this.certificate, text, until);
  }

  /** Returns the log: requests and errors. */
  log(): Promise<string> {
    return readFile(join(this.folder, 'log'), 'utf8');
  }

  async stop(): Promise<void> {
    await terminate(this.child, this.exited, 5_000);
    await rm(this.folder, { recursive: true });
  }

  private async untilAnswering(): Promise<void> {
    let ended = false;
    void this.exited.then(() => (ended = true));
    await eventually(async () => {
      if (ended) throw new Error(`nginx does not start:\n${explain(await this.log())}`);
      return this.call('/').then(
        () => true,
        () => false,
      );
    });
  }
}

/** Explains a missing module: not every package of nginx has every module. */
function explain(log: string): string {
  if (!log.includes('unknown directive "auth_request"')) return log;
  return `${log}It lacks ngx_http_auth_request_module. On Debian and Ubuntu: apt-get install nginx-light`;
}

function program(name: string, debianPackage: string): string {
  // The folders of administrators' programs are not on every user's PATH.
  const path = [process.env.PATH, '/usr/sbin', '/usr/local/sbin'].join(delimiter);
  const file = findOnPath(name, { PATH: path });
  if (file === null) {
    throw new Error(`${name} is missing. On Debian and Ubuntu: apt-get install ${debianPackage}`);
  }
  return file;
}

/** Returns the shipped configuration with addresses of this machine in place of the containers' addresses. */
async function configure(
  folder: string,
  port: number,
  plainPort: number,
  { auth, orders, products }: Upstreams,
  { file = NGINX_FILE, edits = [] }: NginxOptions,
): Promise<string> {
  const replacements: NginxOptions['edits'] = [
    ['listen 80 ', `listen 127.0.0.1:${plainPort} `],
    ['listen 443 ', `listen 127.0.0.1:${port} `],
    ['/etc/nginx/tls/', `${folder}/`],
    ['http://auth:3000', auth],
    ['http://orders:3001', orders],
    ['http://products:3002', products],
    ...edits,
  ];
  return replacements.reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`${file} does not say '${from}' any more`);
      return text.replaceAll(from, to);
    },
    await readFile(file, 'utf8'),
  );
}
