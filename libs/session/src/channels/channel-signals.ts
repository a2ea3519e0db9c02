import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Subscription } from 'rxjs';
import type { SessionEvent } from '../events/session-event.js';
import { SessionEvents } from '../events/session-events.js';
import { RedisConnection } from '../store/redis-connection.js';
import { SessionChanges } from '../store/session-changes.js';
import { SessionChannels } from './session-channels.js';
import { SessionVerifier } from './session-verifier.js';

/**
 * Passes the signals of changed sessions to {@link SessionChannels}: the invalidations of the near-cache if the
 * application has one, otherwise the events in Redis, and the events of this process in any case.
 */
@Injectable()
export class ChannelSignals implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('SessionChannels');
  readonly #subscriptions: Subscription[] = [];
  #unsubscribe: () => void = () => undefined;

  constructor(
    private readonly channels: SessionChannels,
    private readonly changes: SessionChanges,
    private readonly events: SessionEvents,
    private readonly redis: RedisConnection,
    private readonly verifier: SessionVerifier,
  ) {}

  /** @internal Hook that Nest calls. */
  async onApplicationBootstrap(): Promise<void> {
    this.#unsubscribe = this.changes.subscribe({
      onChanged: (ids) => {
        for (const id of ids) this.channels.verify(id);
      },
      onAllChanged: () => {
        this.channels.verifyAll();
      },
    });
    const { events, changes, redis } = this;
    const pass = (event: SessionEvent): void => {
      this.#pass(event);
    };
    this.#subscriptions.push(events.all.subscribe(pass));
    if (events.isFollowing || changes.isSignalled) return;
    if (redis.isConfigured) {
      const position = await this.#latest();
      this.#subscriptions.push(events.after(position).subscribe(pass));
    } else {
      this.#reportMissingSignals();
    }
  }

  /** @internal Hook that Nest calls. */
  beforeApplicationShutdown(): void {
    this.#unsubscribe();
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
  }

  /** Position of the newest event, so that no later event is missed; `null` while Redis does not answer. */
  async #latest(): Promise<string | null> {
    try {
      return await this.events.latest();
    } catch {
      return null;
    }
  }

  #pass(event: SessionEvent): void {
    switch (event.type) {
      case 'created':
        return;
      case 'revoked':
      case 'expired':
        this.channels.end(event.sessionId);
        return;
      case 'rotated':
        this.channels.verify(event.previousSessionId);
        return;
      default:
        this.channels.verify(event.sessionId);
    }
  }

  #reportMissingSignals(): void {
    const seconds = this.channels.limits.closeWithin / 1_000;
    this.#logger.log(
      this.verifier.readsById
        ? `This service receives no session events: an open channel is closed up to ${seconds} s after its session has ended.`
        : `This service cannot look sessions up: an open channel is closed up to ${seconds} s after its signed identity has expired, and its client has to connect again.`,
    );
  }
}
