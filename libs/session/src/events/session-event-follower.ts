import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { Subscription } from 'rxjs';
import {
  SESSION_EVENTS_MODULE_OPTIONS,
  type SessionEventsModuleOptions,
} from './session-events.module-definition.js';
import { SessionEvents } from './session-events.js';

/** Feeds {@link SessionEvents} from the log, so that this app receives the events of every process. */
@Injectable()
export class SessionEventFollower implements OnApplicationBootstrap, OnModuleDestroy {
  #subscription: Subscription | undefined;

  constructor(
    private readonly events: SessionEvents,
    @Inject(SESSION_EVENTS_MODULE_OPTIONS) private readonly options: SessionEventsModuleOptions,
  ) {
    events.isFollowing = true;
  }

  onApplicationBootstrap(): void {
    this.#subscription = this.events.after(this.options.after ?? null).subscribe((event) => {
      this.events.publish(event);
    });
  }

  onModuleDestroy(): void {
    this.#subscription?.unsubscribe();
  }
}
