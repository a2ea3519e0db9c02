import type { SessionException } from '../../errors/session-exception.js';
import { contextOf, type Route } from '../../guard/test-support/guarded.js';
import type { Session } from '../../session/session.js';
import type { Channel, ChannelConnection } from '../channel.js';
import type { SessionChannels } from '../session-channels.js';

/** Channel of a test: records the reason of its end, and closes at once unless it is stubborn. */
export class OpenedChannel implements ChannelConnection {
  /** Stable code of the reason; `null` while the channel is open. */
  reason: string | null = null;
  isTerminated = false;
  readonly #channel: Channel;
  readonly #isStubborn: boolean;

  constructor(
    channels: SessionChannels,
    session: Session,
    route: Route,
    {
      headers = {},
      isStubborn = false,
    }: { readonly headers?: Readonly<Record<string, string>>; readonly isStubborn?: boolean } = {},
  ) {
    this.#isStubborn = isStubborn;
    const request = { headers, method: 'GET' };
    const context = contextOf('http', route, [request]);
    this.#channel = channels.open(session, { context, request, connection: this });
  }

  close(reason: SessionException): void {
    this.reason = reason.code;
    if (!this.#isStubborn) this.#channel.release();
  }

  terminate(): void {
    this.isTerminated = true;
    this.#channel.release();
  }

  /** Adds a handler that uses the channel, and returns a function that removes it. */
  require(route: Route): () => void {
    return this.#channel.require(contextOf('http', route, [this.#channel.request]));
  }

  /** Closes the channel, as its client does. */
  leave(): void {
    this.#channel.release();
  }
}
