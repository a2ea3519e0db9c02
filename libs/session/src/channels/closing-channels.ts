import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { describeError } from '../common/describe-error.js';
import type { SessionException } from '../errors/session-exception.js';
import type { Channel } from './channel.js';

/** Time that a client has to close its side, in milliseconds. */
const PATIENCE = 2_000;

/** Number of channels that are closed in one turn of the event loop. */
const PER_TURN = 200;

/** Closes channels, and terminates the connections that clients keep open. */
export class ClosingChannels {
  readonly #logger = new Logger('SessionChannels');
  /** Time at which each connection is terminated, in monotonic milliseconds. */
  readonly #deadlines = new Map<Channel, number>();

  /** Number of channels that are not closed yet. */
  get size(): number {
    return this.#deadlines.size;
  }

  /** Tells the clients the reason, and closes the channels. */
  async close(channels: readonly Channel[], reason: SessionException): Promise<void> {
    const deadline = performance.now() + PATIENCE;
    for (const channel of channels) this.#deadlines.set(channel, deadline);
    for (const [index, channel] of channels.entries()) {
      // Thousands of channels must not delay the requests of others.
      if (index > 0 && index % PER_TURN === 0) await nextTurn();
      if (this.#deadlines.has(channel))
        this.#attempt(() => {
          channel.connection.close(reason);
        });
    }
  }

  /** Forgets a channel whose connection is closed. */
  release(channel: Channel): boolean {
    return this.#deadlines.delete(channel);
  }

  /** Terminates the connections whose time is over. */
  terminateLate(): void {
    const now = performance.now();
    for (const [channel, deadline] of this.#deadlines) {
      if (now < deadline) continue;
      this.#deadlines.delete(channel);
      this.#attempt(() => {
        channel.connection.terminate();
      });
    }
  }

  /** The failure of one connection must not keep others open. */
  #attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#logger.error(`A channel could not be closed: ${describeError(error)}`);
    }
  }
}
