import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { describeError } from '../errors/describe-error.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import type { Session } from '../session/session.js';
import { decodeSession } from '../session/session-record.js';
import { IdleClocks } from '../store/idle-clocks.js';
import type { SessionCounters } from '../store/session-counters.js';
import {
  type Addition,
  type AdditionOutcome,
  type FindOptions,
  SessionStore,
} from '../store/session.store.js';
import { FoundSessions } from './found-sessions.js';
import type { IntrospectionCalls } from './introspection-calls.js';
import { JoinedFinds } from './joined-finds.js';
import { additionsIn, idleLeftIn, isReply } from './introspection-reply.js';
import type { RpcLimits } from './rpc.options.js';

/** As in `RedisSessionStore`: a session slides at the latest after this part of its idle timeout. */
const TOUCH_FRACTION = 1 / 30;

const OUTCOMES: readonly unknown[] = ['added', 'taken', 'full', 'gone'] satisfies AdditionOutcome[];

/** What is known of the service that uses the store. */
export interface RpcSessionStoreOptions extends Pick<RpcLimits, 'cache'> {
  /** Under whose name it adds to sessions. */
  readonly service: string;
  /** The longest time between two slides of one session, in milliseconds. */
  readonly touchInterval: number;
}

/**
 * Sessions that another service keeps: this one asks it, and reaches no Redis. What travels is the
 * session's id, never the token.
 *
 * A request costs one call, and shares it with others that ask for the same session at the same time. A
 * slide is a call of its own, once per touch interval and session; nobody waits for it.
 */
export class RpcSessionStore extends SessionStore implements OnApplicationBootstrap {
  readonly #logger = new Logger('SessionRpc');
  readonly #clocks = new IdleClocks();
  readonly #found: FoundSessions | null;
  readonly #finds: JoinedFinds<Session | null>;
  readonly #touching = new Set<string>();

  constructor(
    private readonly calls: IntrospectionCalls,
    private readonly options: RpcSessionStoreOptions,
    private readonly counters: SessionCounters,
  ) {
    super();
    const { cache } = options;
    this.#found = cache && new FoundSessions(cache.maxEntries);
    this.#finds = new JoinedFinds(
      (id, fresh) => this.#introspect(id, fresh),
      () => {
        counters.rpc.joined += 1;
      },
    );
  }

  find(id: string, { fresh = false }: FindOptions = {}): Session | Promise<Session | null> {
    const found = fresh ? undefined : this.#found?.get(id);
    if (found === undefined) return this.#finds.find(id, fresh);
    this.counters.rpc.cacheHits += 1;
    return found;
  }

  touch(session: Session): Promise<void> | undefined {
    const { id, supersededBy } = session;
    // It ends when it was said to, however it is used.
    if (supersededBy !== null) return undefined;
    return this.#clocks.isFresh(id) || this.#touching.has(id) ? undefined : this.#touch(session);
  }

  async add(session: Session, { service, name, value }: Addition): Promise<AdditionOutcome> {
    // The other side would write it under this service's name all the same.
    if (service !== this.options.service) {
      throw new SessionOptionsError(
        `'${this.options.service}' adds to sessions under its own name only, not as '${service}'.`,
      );
    }
    const reply = await this.calls.send('session.add', { id: session.id, name, value });
    const outcome = isReply(reply) ? reply.outcome : undefined;
    if (OUTCOMES.includes(outcome)) return outcome as AdditionOutcome;
    // Neither that it was added nor that it was not is known.
    throw new SessionStoreUnavailableError({ cause: this.#malformed('session.add') });
  }

  async additions(id: string, service: string): Promise<ReadonlyMap<string, string>> {
    const additions = additionsIn(await this.calls.send('session.additions', { id, service }));
    if (additions !== null) return additions;
    this.#malformed('session.additions');
    return new Map();
  }

  async ping(): Promise<void> {
    await this.calls.send('session.ping', {});
  }

  /** Says so when the other side is away. The service starts all the same, and is not ready meanwhile. */
  onApplicationBootstrap(): void {
    this.ping().catch((error: unknown) => {
      this.#logger.warn(
        `The service that keeps the sessions does not answer: ${describeError(error)}`,
      );
    });
  }

  async #introspect(id: string, fresh: boolean): Promise<Session | null> {
    const sentAt = this.#clocks.now();
    const reply = await this.calls.send('session.introspect', { id, fresh });
    const session = this.#sessionIn(reply, id);
    if (session === null) this.#forget(id);
    else this.#remember(session, idleLeftIn(reply, session), sentAt);
    return session;
  }

  #sessionIn(reply: unknown, id: string): Session | null {
    if (isReply(reply)) {
      const { session: record } = reply;
      if (record === undefined || record === null) return null;
      const session = typeof record === 'string' ? decodeSession(id, record) : null;
      // The clocks of the two machines may differ.
      if (session) return Date.now() < session.absoluteExpiresAt ? session : null;
    }
    this.#malformed('session.introspect');
    return null;
  }

  async #touch(session: Session): Promise<void> {
    const { id } = session;
    this.#touching.add(id);
    try {
      const reply = await this.calls.send('session.touch', { id });
      const isLive = isReply(reply) && reply.live === true;
      if (!isLive) this.#forget(id);
      else this.#setDue(session, idleLeftIn(reply, session) ?? session.idleTimeout, true);
    } finally {
      this.#touching.delete(id);
    }
  }

  /** @param idleLeft Milliseconds; `null` when the other side does not know. */
  #remember(session: Session, idleLeft: number | null, sentAt: number): void {
    if (idleLeft === null) {
      // It could be past its idle timeout in a moment.
      this.#found?.forget(session.id);
      return;
    }
    this.#setDue(session, idleLeft, false);
    const { cache } = this.options;
    if (cache === null) return;
    this.#found?.set(session, sentAt + Math.min(cache.maxAge, idleLeft));
  }

  /**
   * When the session is to slide again. Counted from now, after the answer: earlier, the other side would
   * pass over the slide as it does those that come too soon.
   */
  #setDue({ id, idleTimeout }: Session, idleLeft: number, wasTouched: boolean): void {
    const interval = Math.min(this.options.touchInterval, idleTimeout * TOUCH_FRACTION);
    const now = this.#clocks.now();
    const dueIn = idleLeft - idleTimeout + interval;
    // The other side may let more time pass between two slides than this one.
    const dueAt = now + (wasTouched && dueIn <= 0 ? interval : dueIn);
    const known = this.#clocks.get(id)?.dueAt ?? dueAt;
    this.#clocks.remember(id, { dueAt: Math.max(dueAt, known), expiresAt: now + idleLeft });
  }

  #forget(id: string): void {
    this.#clocks.forget(id);
    this.#found?.forget(id);
  }

  #malformed(pattern: string): Error {
    this.counters.rpc.malformedReplies += 1;
    const error = new Error(`the answer to ${pattern} is not one of a known form`);
    this.#logger.warn(error.message);
    return error;
  }
}
