import { freePort } from '../../../tools/processes/free-port';
import type { IsReady } from '../../pages/support/terminal';

/** Time for an answer to one attempt, in milliseconds. */
const ATTEMPT_TIMEOUT_MS = 2_000;

/** Ports in the READMEs, by the command whose server listens on them, each with the variable that moves it. */
const PORTS: Readonly<Record<string, readonly [shown: number, variable: string]>> = {
  'PORT=3001 npm start': [3001, 'SECOND_PORT'],
  'PORT=3002 npm run start:socket-io': [3002, 'SOCKET_IO_PORT'],
  'npm start': [3000, 'PORT'],
  'npm run start:dev': [3000, 'PORT'],
  'npm run phase-1': [3001, 'PHASE_1_PORT'],
  'npm run provider': [4000, 'PROVIDER_PORT'],
  'npm run page': [5173, 'PAGE_PORT'],
  'npm run web': [3100, 'WEB_PORT'],
};

/** Servers of the examples, on free ports in place of the shown ports. */
export class MovedServers {
  readonly #moved: ReadonlyMap<number, number>;

  private constructor(
    private readonly redisUrl: string,
    moved: ReadonlyMap<number, number>,
  ) {
    this.#moved = moved;
  }

  static async create(redisUrl: string): Promise<MovedServers> {
    const moved = new Map<number, number>();
    for (const [shown] of Object.values(PORTS)) {
      if (!moved.has(shown)) moved.set(shown, await freePort());
    }
    return new MovedServers(redisUrl, moved);
  }

  /** Addresses and ports in the READMEs, each with that of the server. */
  get replaced(): Map<string, string> {
    const places = [...this.#moved].flatMap(([shown, port]) => [
      [`localhost:${shown}`, this.#origin(shown)] as const,
      [`PORT=${shown} `, `PORT=${port} `] as const,
    ]);
    return new Map([['redis://localhost:6379', this.redisUrl], ...places]);
  }

  /** Commands that start a server, each with the sign that it is ready: it answers. */
  get signs(): Map<string, IsReady> {
    return new Map(
      Object.entries(PORTS).map(([command, [shown]]) => [
        command,
        () => isAnswering(`http://${this.#origin(shown)}`),
      ]),
    );
  }

  /** Variables that move the servers, and that name each server to the others. */
  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
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

function isAnswering(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS) }).then(
    () => true,
    () => false,
  );
}
