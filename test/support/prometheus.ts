import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childPid } from '../../tools/processes/child-pid';
import { unrefChild } from '../../tools/processes/child-references';
import { endWithThisProcess } from '../../tools/processes/end-with-this-process';
import { findOnPath } from '../../tools/processes/find-on-path';
import { freePort } from '../../tools/processes/free-port';
import { processExit, type ProcessExit } from '../../tools/processes/process-exit';
import { terminate } from '../../tools/processes/terminate';
import { repositoryRoot } from '../../tools/repository-root';
import { eventually } from '../../tools/testing/eventually';

/** Configuration and alert rules that the project ships. */
export const PROMETHEUS_FOLDER = join(repositoryRoot, 'docker/prometheus');

/** A sample of a query's result. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A real Prometheus with the shipped configuration, which scrapes ports of this machine every second. */
export class Prometheus {
  private constructor(
    private readonly url: string,
    private readonly folder: string,
    private readonly child: ChildProcess,
    private readonly exited: Promise<ProcessExit>,
  ) {}

  /**
   * @param ports Ports of the metrics, in the order of the targets in the configuration.
   * @throws Error with the package to install when Prometheus is missing
   */
  static async start(ports: readonly string[]): Promise<Prometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
    await cp(PROMETHEUS_FOLDER, folder, { recursive: true });
    const file = join(folder, 'prometheus.yml');
    let text = (await readFile(file, 'utf8')).replaceAll(/(_interval): 15s/g, '$1: 1s');
    for (const [i, port] of ports.entries())
      text = text.replace(`127.0.0.1:${9464 + i}`, `127.0.0.1:${port}`);
    await writeFile(file, text);
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      prometheusProgram('prometheus'),
      [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=${address}`,
      ],
      { detached: true, stdio: 'ignore' },
    );
    unrefChild(child);
    const release = endWithThisProcess(await childPid(child), folder);
    const exited = processExit(child).finally(release);
    const started = new Prometheus(`http://${address}`, folder, child, exited);
    await eventually(() =>
      fetch(`http://${address}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    return started;
  }

  /** Evaluates an expression now. */
  async query(expression: string): Promise<Sample[]> {
    const { result } = await this.#get<{
      result: { metric: Sample['metric']; value: [number, string] }[];
    }>(`query?query=${encodeURIComponent(expression)}`);
    return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }

  /** Returns the names of all scraped metrics. */
  names(): Promise<string[]> {
    return this.#get<string[]>('label/__name__/values');
  }

  async stop(): Promise<void> {
    await terminate(this.child, this.exited, 5_000);
    await rm(this.folder, { recursive: true });
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}`);
    const { data, error } = (await response.json()) as { data: T; error?: string };
    if (error !== undefined) throw new Error(error);
    return data;
  }
}

/** Runs promtool in the folder of the shipped configuration and returns its output. */
export function promtool(...args: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(prometheusProgram('promtool'), args, {
    cwd: PROMETHEUS_FOLDER,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

function prometheusProgram(name: 'prometheus' | 'promtool'): string {
  const file = findOnPath(name, { PATH: process.env.PATH });
  if (file !== null) return file;
  throw new Error(`${name} is missing. On Debian and Ubuntu: apt-get install prometheus`);
}
