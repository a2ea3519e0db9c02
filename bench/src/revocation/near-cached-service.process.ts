import 'reflect-metadata';
import { subscribe } from 'node:diagnostics_channel';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SessionModule, SessionStore } from 'nest-sessions';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { OrdersController } from '../servers/orders.controller';
import type { ServiceMessage, WatchMessage } from './messages';

/** How long a session may take to be in memory. */
const NEAR_TIMEOUT_MS = 10_000;

/** What no message of Redis brings about, the end of what it may be stale, is looked for this often. */
const LOOK_INTERVAL_MS = 5;

const [redis = '', staleness = ''] = process.argv.slice(2);
const maxStaleness = Number(staleness);

@Module({
  imports: [SessionModule.forRoot({ redis, requiredRole: 'orders', nearCache: { maxStaleness } })],
  controllers: [OrdersController],
})
class ServiceModule {}

/**
 * A service with a near-cache that says from when on it refuses a session. Whatever changes in its
 * memory changes when Redis sends something, so it looks right after each piece that comes from there:
 * a loop that asks all the time would take the processor from the very processes that it waits for.
 */
class Watcher {
  private watched: string | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly store: SessionStore) {}

  /** Waits until the session is in memory. */
  async watch(id: string): Promise<void> {
    await this.untilNear(id);
    clearInterval(this.timer);
    this.watched = id;
    this.timer = setInterval(this.look, LOOK_INTERVAL_MS);
    tell({ watching: id });
  }

  readonly look = (): void => {
    const id = this.watched;
    if (id === null) return;
    const at = process.hrtime.bigint();
    // In memory still. What is not comes from Redis, which says whether it is a session.
    if (this.store.peek(id) !== undefined) return;
    void this.store.find(id).then(
      (session) => {
        if (session === null) this.refuse(id, at);
      },
      // A store that does not answer honours nothing, but it may do so again.
      () => undefined,
    );
  };

  private refuse(id: string, at: bigint): void {
    if (this.watched !== id) return;
    this.watched = null;
    clearInterval(this.timer);
    tell({ refused: id, at: String(at) });
  }

  private async untilNear(id: string): Promise<void> {
    const deadline = performance.now() + NEAR_TIMEOUT_MS;
    while (performance.now() < deadline) {
      if (this.store.peek(id) !== undefined) return;
      // Where the processor is short, a read may take longer than the library waits for it.
      const session = await this.store.find(id).catch(() => undefined);
      if (session === null) throw new Error('A live session was not found');
      await nextTurn();
    }
    throw new Error('A session that was read is not in memory');
  }
}

function tell(message: ServiceMessage): void {
  process.send?.(message);
}

async function main(): Promise<void> {
  let look = (): void => undefined;
  // Every connection to Redis that is made from now on, whoever makes it.
  subscribe('net.client.socket', (message) => {
    const { socket } = message as { socket: Socket };
    socket.on('data', () => {
      // Once those have had it who were to have it.
      process.nextTick(look);
      setImmediate(look);
    });
  });
  const app = await NestFactory.create(ServiceModule, new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  const watcher = new Watcher(app.get(SessionStore));
  look = watcher.look;
  process.on('message', ({ watch }: WatchMessage) => {
    watcher.watch(watch).catch(fail);
  });
  // Nobody is left to report to.
  process.on('disconnect', () => process.exit());
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  tell({ listening: port });
}

function fail(error: unknown): void {
  console.error(error);
  process.exit(1);
}

main().catch(fail);
