import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedisServer } from '../../../tools/redis/redis-server';

/** A Redis with an append-only file, as in production: its data survives a restart. */
export class DurableRedis {
  private constructor(
    private server: RedisServer,
    private readonly folder: string,
  ) {}

  static async start(): Promise<DurableRedis> {
    const folder = await mkdtemp(join(tmpdir(), 'durable-redis-'));
    try {
      return new DurableRedis(await launch(folder), folder);
    } catch (error) {
      await rm(folder, { recursive: true });
      throw error;
    }
  }

  get url(): string {
    return this.server.url;
  }

  /** Kills the server, as in a crash. The data stays on disk. */
  async kill(): Promise<void> {
    this.server.kill('SIGKILL');
    await this.server.exited;
  }

  /** Restarts the server on its port and waits until it answers. */
  async restart(): Promise<void> {
    this.server = await launch(this.folder, this.server.port);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function launch(folder: string, port?: number): Promise<RedisServer> {
  return RedisServer.start({ port, args: ['--dir', folder, '--appendonly', 'yes'] });
}
