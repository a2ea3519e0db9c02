import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SecurityLog } from '../audit/security.log.js';
import { ThrottledLogger } from '../common/throttled-logger.js';
import { TimerLoop } from '../common/timer-loop.js';
import type { SessionException } from '../errors/session-exception.js';
import { sessionRequired } from '../errors/session-exception.js';
import { SESSION_GUARD } from '../guard/session-guard.token.js';
import type { SessionGuard } from '../guard/session.guard.js';
import type { Session } from '../session/session.js';
import { SessionSource } from '../source/session.source.js';
import { Channel, type NewChannel } from './channel.js';
import './channel-event.js';
import { CHANNEL_LIMITS } from './channel-limits.token.js';
import type { ChannelLimits } from './channel.options.js';
import { ChannelSession } from './channel-session.js';
import { ClosingChannels } from './closing-channels.js';
import { channelUnverified } from './channel-unverified.js';
import { SessionVerifier } from './session-verifier.js';

/** Pause between two looks at all sessions with open channels, in milliseconds. One timer serves all. */
const TICK = 1_000;

/** Maximum number of sessions that are read at once. */
const READS = 50;

/**
 * Open channels of this process, by session. A channel stays open exactly as long as the guard would still
 * authorize its opening:
 *
 * - A signal of a changed session, from the session events or the near-cache, takes effect at once.
 * - Without a signal, each session is read again within `closeWithin`.
 * - While the store does not answer for that long, the channels are closed.
 *
 * WebSockets, GraphQL subscriptions and `@Sse()` handlers are registered by their modules. Register long
 * responses of your own with {@link open}.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class ExportInterceptor implements NestInterceptor {
 *   constructor(private readonly channels: SessionChannels) {}
 *
 *   intercept(context: ExecutionContext, next: CallHandler) {
 *     const request = context.switchToHttp().getRequest<Request>();
 *     const response = context.switchToHttp().getResponse<Response>();
 *     const session = sessionOf(request);
 *     if (!session) return next.handle();
 *     const connection = { close: () => response.end(), terminate: () => response.destroy() };
 *     const channel = this.channels.open(session, { context, request, connection });
 *     response.once('close', () => channel.release());
 *     return next.handle();
 *   }
 * }
 * ```
 */
@Injectable()
export class SessionChannels implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #sessions = new Map<string, ChannelSession>();
  readonly #closing = new ClosingChannels();
  readonly #waiting = new Set<ChannelSession>();
  #reading = 0;
  #isStopped = false;
  readonly #failures = new ThrottledLogger('SessionChannels');
  readonly #loop = new TimerLoop({
    pause: () => TICK,
    onFailure: (error) => this.#failures.report(error),
  });

  constructor(
    @Inject(CHANNEL_LIMITS) readonly limits: ChannelLimits,
    @Inject(SESSION_GUARD) private readonly guard: SessionGuard,
    private readonly verifier: SessionVerifier,
    private readonly source: SessionSource,
    private readonly audit: SecurityLog,
  ) {}

  /** Number of open channels of this process. */
  get size(): number {
    let size = this.#closing.size;
    for (const { channels } of this.#sessions.values()) size += channels.size;
    return size;
  }

  /**
   * Registers an open channel of a session that the guard has just authorized. The session is read once more at
   * once: a logout between the authorization and this call closes the channel.
   *
   * @returns the channel, to be released when its connection is closed
   *
   * @example
   * const channel = channels.open(session, { context, request: req, connection });
   * socket.once('close', () => channel.release());
   */
  open(session: Session, opened: NewChannel): Channel {
    const { id } = session;
    let entry = this.#sessions.get(id);
    if (entry === undefined) {
      entry = new ChannelSession(session, performance.now());
      this.#sessions.set(id, entry);
    }
    const owner = entry;
    const channel = new Channel(opened, (released) => {
      this.#release(owner, released);
    });
    owner.channels.add(channel);
    this.#verify(owner);
    return channel;
  }

  /**
   * Closes all channels of a session.
   *
   * @param reason Denial that the clients receive. @default 401, the session has ended
   */
  end(sessionId: string, reason: SessionException = sessionRequired()): void {
    const entry = this.#sessions.get(sessionId);
    if (entry) this.#close(entry, [...entry.channels], reason);
  }

  /** Reads a session again that may have changed, and closes the channels that it no longer authorizes. */
  verify(sessionId: string): void {
    const entry = this.#sessions.get(sessionId);
    if (entry) this.#verify(entry);
  }

  /** Reads all sessions with open channels again: signals may have been lost. */
  verifyAll(): void {
    for (const entry of this.#sessions.values()) this.#verify(entry);
  }

  /** @internal Hook that Nest calls. */
  onApplicationBootstrap(): void {
    this.#loop.start(() => this.#look());
  }

  /** @internal Hook that Nest calls. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#isStopped = true;
    await this.#loop.stop();
  }

  /** Looks at all sessions with open channels: closes the expired, and reads again what is due. */
  #look(): Promise<void> {
    const now = performance.now();
    const wallClock = Date.now();
    const { closeWithin, renewedBy } = this.limits;
    for (const entry of [...this.#sessions.values()]) {
      if (wallClock >= entry.session.absoluteExpiresAt) {
        this.#close(entry, [...entry.channels], sessionRequired());
      } else if (now + TICK - entry.verifiedAt >= closeWithin) {
        this.#close(entry, [...entry.channels], channelUnverified());
      } else if (now >= entry.dueAt) {
        this.#verify(entry);
      }
      if (renewedBy === 'open' && entry.channels.size > 0) this.#renew(entry.session);
    }
    this.#closing.terminateLate();
    return Promise.resolve();
  }

  #verify(entry: ChannelSession): void {
    // Until it is known: the next signal or the next look asks again.
    entry.dueAt = Infinity;
    this.#waiting.add(entry);
    this.#readNext();
  }

  #readNext(): void {
    for (const entry of this.#waiting) {
      if (this.#reading >= READS || this.#isStopped) return;
      this.#waiting.delete(entry);
      this.#reading += 1;
      void this.#read(entry).finally(() => {
        this.#reading -= 1;
        this.#readNext();
      });
    }
  }

  async #read(entry: ChannelSession): Promise<void> {
    const [channel] = entry.channels;
    if (channel === undefined) return;
    const startedAt = performance.now();
    try {
      const found = await this.verifier.find(entry.session.id, channel.request);
      // A read that began earlier may return later: it must not replace what is known since.
      if (startedAt < entry.verifiedAt) return;
      if (found === null) this.#close(entry, [...entry.channels], this.verifier.reasonOfEnd());
      else this.#keep(entry, found, startedAt);
    } catch (error) {
      this.#failures.report(error);
    } finally {
      const { closeWithin } = this.limits;
      // Spread, so that sessions which were read together are not read together for ever.
      const pause = (entry.verifiedAt < startedAt ? 0.05 : 0.35) + 0.1 * Math.random();
      if (!this.#waiting.has(entry)) entry.dueAt = performance.now() + pause * closeWithin;
    }
  }

  #keep(entry: ChannelSession, session: Session, verifiedAt: number): void {
    entry.session = session;
    entry.verifiedAt = verifiedAt;
    const denied = new Map<string, { reason: SessionException; channels: Channel[] }>();
    for (const channel of entry.channels) {
      const reason = this.#denialOf(session, channel);
      if (reason === null) continue;
      const alike = denied.get(reason.code) ?? { reason, channels: [] };
      denied.set(reason.code, alike);
      alike.channels.push(channel);
    }
    for (const { reason, channels } of denied.values()) this.#close(entry, channels, reason);
  }

  #denialOf(session: Session, channel: Channel): SessionException | null {
    for (const context of channel.required) {
      const denial = this.guard.review(session, context);
      if (denial !== null) return denial;
    }
    return null;
  }

  #close(entry: ChannelSession, channels: readonly Channel[], reason: SessionException): void {
    if (channels.length === 0) return;
    for (const channel of channels) entry.channels.delete(channel);
    this.#forgetEmpty(entry);
    const { session } = entry;
    this.audit.record({
      event: 'channels.closed',
      outcome: 'success',
      sessionId: session.id,
      userId: session.user.id,
      code: reason.code,
      channels: channels.length,
    });
    this.#closing.close(channels, reason);
  }

  #release(entry: ChannelSession, channel: Channel): void {
    if (this.#closing.release(channel)) return;
    entry.channels.delete(channel);
    this.#forgetEmpty(entry);
  }

  #forgetEmpty(entry: ChannelSession): void {
    if (entry.channels.size > 0) return;
    this.#waiting.delete(entry);
    if (this.#sessions.get(entry.session.id) === entry) this.#sessions.delete(entry.session.id);
  }

  #renew(session: Session): void {
    this.source.touch(session)?.catch((error: unknown) => this.#failures.report(error));
  }
}
