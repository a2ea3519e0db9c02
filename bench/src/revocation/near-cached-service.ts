import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { ServiceMessage, WatchMessage } from './messages';

/** A service with a near-cache, as a process of its own. */
export class NearCachedService {
  private readonly waiting = new Set<(error: Error) => void>();

  private constructor(
    private readonly child: ChildProcess,
    private listensOn: number,
  ) {
    child.once('exit', (code) => {
      for (const reject of this.waiting) reject(new Error(`A service exited with ${code}`));
    });
  }

  /** @param maxStaleness Milliseconds. */
  static async start(redisUrl: string, maxStaleness: number): Promise<NearCachedService> {
    const script = join(__dirname, 'near-cached-service.process.js');
    const service = new NearCachedService(fork(script, [redisUrl, String(maxStaleness)]), 0);
    service.listensOn = await service.next((message) =>
      'listening' in message ? message.listening : undefined,
    );
    return service;
  }

  get port(): number {
    return this.listensOn;
  }

  /** Asks the service to read a session into its near-cache and to watch it. */
  async watch(id: string): Promise<void> {
    const isWatching = this.next((message) =>
      'watching' in message && message.watching === id ? true : undefined,
    );
    this.child.send({ watch: id } satisfies WatchMessage);
    await isWatching;
  }

  /** Returns the time in nanoseconds since which the service refuses the watched session. */
  refusal(id: string): Promise<bigint> {
    return this.next((message) =>
      'refused' in message && message.refused === id ? BigInt(message.at) : undefined,
    );
  }

  stop(): void {
    this.child.kill();
  }

  /** Resolves with the first match in a future message. */
  private next<T>(find: (message: ServiceMessage) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const onMessage = (message: unknown) => {
        const found = find(message as ServiceMessage);
        if (found === undefined) return;
        this.child.off('message', onMessage);
        this.waiting.delete(reject);
        resolve(found);
      };
      this.waiting.add(reject);
      this.child.on('message', onMessage);
    });
  }
}
