import { spawn } from 'node:child_process';
import { childPid } from '../../../tools/processes/child-pid';
import { freePort } from '../../../tools/processes/free-port';
import { LastLines } from '../../../tools/processes/last-lines';
import { onOutputLine } from '../../../tools/processes/output-lines';
import { processExit } from '../../../tools/processes/process-exit';
import { eventually } from '../../../tools/testing/eventually';

/** Time for a server to compile and start, in milliseconds. */
const START_TIMEOUT_MS = 90_000;

/** Time for an answer to one attempt, in milliseconds. */
const ATTEMPT_TIMEOUT_MS = 2_000;

/** Time from SIGTERM to SIGKILL, in milliseconds. */
const STOP_TIMEOUT_MS = 5_000;

/** Ports in the READMEs, by the script whose server listens on them, each with the variable that moves it. */
const PORTS: Readonly<Record<string, readonly [shown: number, variable: string]>> = {
  start: [3000, 'PORT'],
  'start:dev': [3000, 'PORT'],
  'phase-1': [3001, 'PHASE_1_PORT'],
  provider: [4000, 'PROVIDER_PORT'],
  page: [5173, 'PAGE_PORT'],
  web: [3100, 'WEB_PORT'],
};

/** Servers that a README starts, on free ports in place of the shown ports. */
export class ShownServers {
  readonly #moved: ReadonlyMap<number, number>;
  readonly #stops: (() => Promise<void>)[] = [];

  private constructor(
    private readonly folder: string,
    private readonly redisUrl: string,
    moved: ReadonlyMap<number, number>,
  ) {
    this.#moved = moved;
  }

  static async create(folder: string, redisUrl: string): Promise<ShownServers> {
    const moved = new Map<number, number>();
    for (const [shown] of Object.values(PORTS)) {
      if (!moved.has(shown)) moved.set(shown, await freePort());
    }
    return new ShownServers(folder, redisUrl, moved);
  }

  /** Returns a text of the README with the addresses of these servers. */
  withAddresses(text: string): string {
    return text
      .replaceAll('redis://localhost:6379', this.redisUrl)
      .replaceAll(/localhost:(\d+)/g, (_, port: string) => this.#origin(Number(port)));
  }

  /**
   * Runs a command such as `npm start`, and waits until its server answers.
   *
   * @throws Error with the end of the command's output when the server does not answer
   */
  async start(command: string): Promise<void> {
    const script = /npm (?:run )?(\S+)$/.exec(command)?.[1] ?? '';
    const [shown] = PORTS[script] ?? [];
    if (shown === undefined) throw new Error(`\`${command}\` starts no server that is known here.`);
    const child = spawn('sh', ['-c', this.withAddresses(command)], {
      cwd: this.folder,
      env: { ...process.env, ...this.#environment() },
      // npm starts the server as a child of its own: a group ends as a whole.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const pid = await childPid(child);
    const exited = processExit(child);
    this.#stops.push(async () => {
      signalGroup(pid, 'SIGTERM');
      const killTimer = setTimeout(signalGroup, STOP_TIMEOUT_MS, pid, 'SIGKILL');
      await exited;
      clearTimeout(killTimer);
    });
    const output = new LastLines();
    onOutputLine(child, (line) => {
      output.push(line);
    });
    const url = `http://${this.#origin(shown)}`;
    try {
      await eventually(() => {
        if (child.exitCode !== null) throw new Error('The command has ended.');
        return isAnswering(url);
      }, START_TIMEOUT_MS);
    } catch (cause) {
      throw new Error(`\`${command}\` started no server at ${url}:\n${output.toString()}`, {
        cause,
      });
    }
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
  }

  /** Variables that move the servers, and that name each server to the others. */
  #environment(): Record<string, string> {
    return {
      ...Object.fromEntries(
        Object.values(PORTS).map(([shown, variable]) => [variable, String(this.#moved.get(shown))]),
      ),
      REDIS_URL: this.redisUrl,
      PUBLIC_URL: `http://${this.#origin(3000)}`,
      OIDC_ISSUER: `http://${this.#origin(4000).replace('localhost', '127.0.0.1')}`,
      PAGE_ORIGIN: `http://${this.#origin(5173)}`,
      WEB_ORIGIN: `http://${this.#origin(3100)}`,
      NEXT_TELEMETRY_DISABLED: '1',
      API_URL: `http://${this.#origin(3000)}`,
    };
  }

  #origin(shown: number): string {
    return `localhost:${this.#moved.get(shown) ?? shown}`;
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The command has ended by itself, as its missing answer says.
  }
}

function isAnswering(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS) }).then(
    () => true,
    () => false,
  );
}
