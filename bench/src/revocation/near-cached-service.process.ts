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

/** Time limit until a session is in the near-cache. */
const NEAR_TIMEOUT_MS = 10_000;

/** Interval of checks for a session that becomes too stale, for which Redis sends no message. */
const LOOK_INTERVAL_MS = 5;

const [redis = '', staleness = ''] = process.argv.slice(2);
const maxStaleness = Number(staleness);

@Module({
  imports: [SessionModule.forRoot({ redis, requiredRole: 'orders', nearCache: { maxStaleness } })],
  controllers: [OrdersController],
})
class ServiceModule {}

/**
 * Reports when a service with a near-cache starts to refuse a session. The near-cache changes only when
 * Redis sends something, so the watcher checks after each message. A busy loop would take CPU time from the
 * processes under test.
 */
class Watcher {
  private watched: string | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly store: SessionStore) {}

  /** Waits until the session is in the near-cache, then watches it. */
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
    const found = this.store.find(id);
    // A hit is still in the near-cache. A miss comes from Redis, which decides whether it is a session.
    if (!(found instanceof Promise)) return;
    void found.then(
      (session) => {
        if (session === null) this.refuse(id, at);
      },
      // A store that does not answer honours no session now, but may do so later.
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
      const found = this.store.find(id);
      if (!(found instanceof Promise)) return;
      // On a busy machine a read may exceed the library's time limit.
      const session = await found.catch(() => undefined);
      if (session === null) throw new Error('Redis does not hold a live session');
      await nextTurn();
    }
    throw new Error(
      `A session that was read did not enter the near-cache within ${NEAR_TIMEOUT_MS} ms`,
    );
  }
}

function tell(message: ServiceMessage): void {
  process.send?.(message);
}

async function main(): Promise<void> {
  let look = (): void => undefined;
  // Covers every connection to Redis that is opened from now on.
  subscribe('net.client.socket', (message) => {
    const { socket } = message as { socket: Socket };
    socket.on('data', () => {
      // The near-cache handles the data first.
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
  // The parent is gone.
  process.on('disconnect', () => process.exit());
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  tell({ listening: port });
}

function fail(error: unknown): void {
  console.error(error);
  process.exit(1);
}

main().catch(fail);
