import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../../tools/repository-root';
import { eventually } from '../../tools/testing/eventually';
import { call } from './http';
import { type Adapter, System } from './system';

/** Time limit for the start of three services, a new database and a command: longer than a hook's default. */
export const START_TIMEOUT_MS = 120_000;

/** A line of a service's output in production. */
export interface LogLine {
  readonly level: string;
  readonly time: string;
  readonly service: string;
  readonly context?: string;
  readonly msg?: string;
  readonly request?: {
    readonly id: string;
    readonly address: string;
    readonly method: string | null;
  };
  readonly [field: string]: unknown;
}

/** A user with a unique name and password, so that each occurrence of them has a known origin. */
export interface TestUser {
  readonly username: string;
  readonly password: string;
}

export function newUser(): TestUser {
  return {
    username: `user-${randomBytes(8).toString('hex')}`,
    password: `Pw ${randomBytes(16).toString('hex')} é"\\`,
  };
}

/** The three services as they run in production: their output is JSON, and there are no demo users. */
export class ProductionSystem {
  private constructor(
    readonly system: System,
    /** Folder of the user database. */
    readonly dataDir: string,
  ) {}

  static async start(
    adapter: Adapter,
    settings: NodeJS.ProcessEnv = {},
  ): Promise<ProductionSystem> {
    const dataDir = await mkdtemp(join(tmpdir(), 'production-system-'));
    const production = { NODE_ENV: 'production', DEMO_USERS: '', DATA_DIR: dataDir };
    return new ProductionSystem(
      await System.start(adapter, { ...production, ...settings }),
      dataDir,
    );
  }

  async stop(): Promise<void> {
    await this.system.stop();
    await rm(this.dataDir, { recursive: true });
  }

  /** Creates a user like an operator who has no administrator yet. */
  async createUser({ username, password }: TestUser, roles: string): Promise<void> {
    const cli = ['--import', './tools/typescript.mjs', 'apps/auth/src/users/users.cli.ts'];
    const child = spawn(process.execPath, [...cli, 'create', username, '--roles', roles], {
      cwd: repositoryRoot,
      env: { PATH: process.env.PATH, DATA_DIR: this.dataDir, BCRYPT_COST: '10' },
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child.stdin.end(`${password}\n`);
    const [code] = (await once(child, 'exit')) as [number];
    if (code !== 0) throw new Error(`npm run users ended with ${code}`);
  }

  /** All lines so far; fails on a line that is not a JSON object. */
  get lines(): LogLine[] {
    return this.system.output.map((line) => JSON.parse(line) as LogLine);
  }

  /**
   * Returns the lines of all services with this request's id, after all services have written their pending
   * lines. Requires `LOG_LEVEL=debug` and the trust of a proxy.
   */
  async linesOf(id: string): Promise<LogLine[]> {
    const last = randomUUID();
    const doors = this.system.doors;
    await Promise.all(doors.map((door) => call(door, { headers: { 'x-request-id': last } })));
    await eventually(() => this.withId(last).length === doors.length);
    return this.withId(id);
  }

  private withId(id: string): LogLine[] {
    return this.lines.filter(({ request }) => request?.id === id);
  }
}
