import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { describeError } from '../common/describe-error.js';
import type { SessionException } from '../errors/session-exception.js';
import type { Channel } from './channel.js';

/**
 * Number of {@link ClosingChannels.terminateLate} calls after which a connection is terminated. They are counted
 * instead of the time: after a stall of the event loop, the answers of clients are read between two calls.
 */
const PATIENCE = 3;

/** Number of channels that are closed in one turn of the event loop. */
const PER_TURN = 200;

/** Closes channels, and terminates the connections that clients keep open. */
export class ClosingChannels {
  readonly #logger = new Logger('SessionChannels');
  /** Channels to close, with the reason. All callers share it: a ban ends many sessions at once. */
  readonly #waiting = new Map<Channel, SessionException>();
  /** Number of calls after which each connection is terminated. */
  readonly #patience = new Map<Channel, number>();
  #isSending = false;

  /** Number of channels that are not closed yet. */
  get size(): number {
    return this.#waiting.size + this.#patience.size;
  }

  /** Sends the clients the reason, and closes the channels. */
  close(channels: readonly Channel[], reason: SessionException): void {
    for (const channel of channels) this.#waiting.set(channel, reason);
    if (!this.#isSending) void this.#send();
  }

  /** Forgets a channel whose connection is closed. */
  release(channel: Channel): boolean {
    return this.#waiting.delete(channel) || this.#patience.delete(channel);
  }

  /** Terminates the connections that clients have not closed in time. Call it once per second. */
  terminateLate(): void {
    for (const [channel, left] of this.#patience) {
      if (left > 1) {
        this.#patience.set(channel, left - 1);
        continue;
      }
      this.#patience.delete(channel);
      this.#attempt(() => {
        channel.connection.terminate();
      });
    }
  }

  /** Thousands of channels must not delay the requests of others. */
  async #send(): Promise<void> {
    this.#isSending = true;
    while (this.#waiting.size > 0) {
      this.#sendSome();
      await nextTurn();
    }
    this.#isSending = false;
  }

  #sendSome(): void {
    let left = PER_TURN;
    for (const [channel, reason] of this.#waiting) {
      this.#waiting.delete(channel);
      this.#patience.set(channel, PATIENCE);
      this.#attempt(() => {
        channel.connection.close(reason);
      });
      left -= 1;
      if (left === 0) return;
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
