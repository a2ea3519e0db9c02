import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { childPid } from '../../../tools/processes/child-pid';
import { unrefChild } from '../../../tools/processes/child-references';
import { endWithThisProcess } from '../../../tools/processes/end-with-this-process';
import { findOnPath } from '../../../tools/processes/find-on-path';
import { freePort } from '../../../tools/processes/free-port';
import { processExit, type ProcessExit } from '../../../tools/processes/process-exit';
import { terminate } from '../../../tools/processes/terminate';
import { workspace } from '../measure/workspace';

/** The shipped configuration. */
const CONFIGURATION = join(workspace, 'docker/gateway/nginx.conf');

const START_TIMEOUT_MS = 5_000;
const START_INTERVAL_MS = 10;
const STOP_TIMEOUT_MS = 5_000;

/** URLs of the services behind nginx. */
export interface Upstreams {
  readonly auth: string;
  readonly orders: string;
  readonly products: string;
}

/** A real nginx as the gateway, with the shipped configuration, without TLS like the services. */
export class NginxGateway {
  readonly url: string;

  private constructor(
    private readonly binary: string,
    private readonly folder: string,
    port: number,
    private child: ChildProcess,
    private exited: Promise<ProcessExit>,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Returns why nginx cannot run on this machine; `null` when it can. */
  static obstacle(): string | null {
    if (!existsSync(CONFIGURATION)) return 'docker/gateway/nginx.conf is missing';
    return binaryOfNginx() === null ? 'nginx is not installed' : null;
  }

  /** @throws Error with the output of nginx when it does not start */
  static async start(upstreams: Upstreams): Promise<NginxGateway> {
    const binary = binaryOfNginx();
    if (binary === null)
      throw new Error('nginx is not installed: install it, or leave the gateway with nginx out');
    const folder = await mkdtemp(join(tmpdir(), 'nginx-gateway-'));
    const port = await freePort();
    await writeFile(
      join(folder, 'nginx.conf'),
      configured(await readFile(CONFIGURATION, 'utf8'), port, upstreams),
    );
    const { child, exited } = await launch(binary, folder);
    const gateway = new NginxGateway(binary, folder, port, child, exited);
    await gateway.untilAnswering();
    return gateway;
  }

  /** Returns the CPU time since its start in microseconds; `null` outside Linux. */
  async cpu(): Promise<number | null> {
    // https://docs.kernel.org/scheduler/sched-stats.html: the first field, in nanoseconds. One thread.
    const [nanoseconds] = (
      await readFile(`/proc/${this.child.pid}/schedstat`, 'utf8').catch(() => '')
    ).split(' ');
    return nanoseconds ? Number(nanoseconds) / 1_000 : null;
  }

  /** Kills nginx, as in a crash. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  /** Restarts nginx on its port and waits until it answers. */
  async restart(): Promise<void> {
    const { child, exited } = await launch(this.binary, this.folder);
    this.child = child;
    this.exited = exited;
    await this.untilAnswering();
  }

  async stop(): Promise<void> {
    await terminate(this.child, this.exited, STOP_TIMEOUT_MS);
    await rm(this.folder, { recursive: true, force: true });
  }

  private async untilAnswering(): Promise<void> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (performance.now() < deadline) {
      const answers = await fetch(this.url).then(
        () => true,
        () => false,
      );
      if (answers) return;
      await delay(START_INTERVAL_MS);
    }
    throw new Error(`nginx does not start:\n${await readFile(join(this.folder, 'log'), 'utf8')}`);
  }
}

function binaryOfNginx(): string | null {
  // System administration programs are not always on the PATH.
  const path = [process.env.PATH, '/usr/sbin', '/usr/local/sbin'].join(delimiter);
  return findOnPath('nginx', { PATH: path });
}

async function launch(
  binary: string,
  folder: string,
): Promise<{ child: ChildProcess; exited: Promise<ProcessExit> }> {
  // A file, because nginx cannot open the pipes of a child process as /dev/stdout.
  const log = await open(join(folder, 'log'), 'a');
  // One process: a kill leaves no other behind, and its CPU time is the total.
  const directives = `daemon off; master_process off; pid ${join(folder, 'pid')};`;
  const child = spawn(
    binary,
    ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf'), '-g', directives],
    { detached: true, stdio: ['ignore', log.fd, log.fd] },
  );
  await log.close();
  unrefChild(child);
  const release = endWithThisProcess(await childPid(child), folder);
  return { child, exited: processExit(child).finally(release) };
}

/** Returns the shipped configuration with the addresses of this machine and without TLS. */
function configured(text: string, port: number, { auth, orders, products }: Upstreams): string {
  const replacements: readonly [from: RegExp, to: string][] = [
    // The server that redirects from http to https.
    [/ {2}server \{\n {4}listen 80 [^}]+\}\n/, ''],
    [/listen 443 ssl /, `listen 127.0.0.1:${port} `],
    [/ +ssl_[^;]+;\n/g, ''],
    [/http:\/\/auth:3000/g, auth],
    [/http:\/\/orders:3001/g, orders],
    [/http:\/\/products:3002/g, products],
  ];
  return replacements.reduce((changed, [from, to]) => {
    const next = changed.replace(from, to);
    if (next === changed)
      throw new Error(`${CONFIGURATION} no longer contains ${from.source}: adapt the replacement`);
    return next;
  }, text);
}
