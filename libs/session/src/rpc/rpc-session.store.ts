import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { describeError } from '../common/describe-error.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import type { Session } from '../session/session.js';
import { decodeSession } from '../session/session-record.js';
import { IdleClocks } from '../store/idle-clocks.js';
import { renewalInterval } from '../store/renewal-interval.js';
import type { AddOutcome, WriteOnceAttribute } from '../store/add-outcome.js';
import { type FindOptions, SessionStore } from '../store/session.store.js';
import { SessionTtlCache } from './session-ttl-cache.js';
import type { IntrospectionCalls } from './introspection-calls.js';
import { CoalescedLookups } from './coalesced-lookups.js';
import { attributesIn, idleLeftIn, isReply } from './introspection-reply.js';
import type { RpcCounters } from './rpc.counters.js';
import type { RpcLimits } from './rpc.options.js';

const OUTCOMES: readonly unknown[] = ['added', 'taken', 'full', 'gone'] satisfies AddOutcome[];

/** Options from the service that uses the store. */
export interface RpcSessionStoreOptions extends Pick<RpcLimits, 'cache'> {
  /** Name under which the service adds write-once attributes. */
  readonly service: string;
  /** Longest time between two renewals of one session, in milliseconds. */
  readonly touchInterval: number;
}

/**
 * Store of a service that reaches no Redis: it asks the service that keeps the sessions. A message carries
 * the session's id, never the token.
 *
 * A request costs one call, which concurrent requests for the same session share. A renewal is a separate,
 * asynchronous call, once per touch interval and session.
 */
export class RpcSessionStore extends SessionStore implements OnApplicationBootstrap {
  readonly #logger = new Logger('SessionRpc');
  readonly #clocks = new IdleClocks();
  readonly #cache: SessionTtlCache | null;
  readonly #lookups: CoalescedLookups<Session | null>;
  readonly #touching = new Set<string>();

  constructor(
    private readonly calls: IntrospectionCalls,
    private readonly options: RpcSessionStoreOptions,
    private readonly counters: RpcCounters,
  ) {
    super();
    const { cache } = options;
    this.#cache = cache && new SessionTtlCache(cache.maxEntries);
    this.#lookups = new CoalescedLookups(
      (id, fresh) => this.#introspect(id, fresh),
      () => {
        counters.joined += 1;
      },
    );
  }

  override peek(id: string): Session | undefined {
    const found = this.#cache?.get(id);
    if (found !== undefined) this.counters.cacheHits += 1;
    return found;
  }

  find(id: string, { fresh = false }: FindOptions = {}): Promise<Session | null> {
    const known = fresh ? undefined : this.peek(id);
    return known === undefined ? this.#lookups.find(id, fresh) : Promise.resolve(known);
  }

  touch(session: Session): Promise<void> | undefined {
    const { id, supersededBy } = session;
    // A superseded session ends at its fixed time, however it is used.
    if (supersededBy !== null) return undefined;
    return this.#clocks.isFresh(id) || this.#touching.has(id) ? undefined : this.#touch(session);
  }

  async add(session: Session, { service, name, value }: WriteOnceAttribute): Promise<AddOutcome> {
    // The other side would write the value under this service's name in any case.
    if (service !== this.options.service) {
      throw new SessionOptionsError(
        `'${this.options.service}' cannot add attributes as '${service}': a service adds them only under its own name.`,
      );
    }
    const reply = await this.calls.send('session.add', { id: session.id, name, value });
    const outcome = isReply(reply) ? reply.outcome : undefined;
    if (OUTCOMES.includes(outcome)) return outcome as AddOutcome;
    // It is unknown whether the value was added.
    throw new SessionStoreUnavailableError({ cause: this.#malformed('session.add') });
  }

  async attributes(id: string, service: string): Promise<ReadonlyMap<string, string>> {
    const attributes = attributesIn(await this.calls.send('session.additions', { id, service }));
    if (attributes !== null) return attributes;
    this.#malformed('session.additions');
    return new Map();
  }

  override async ping(): Promise<void> {
    await this.calls.send('session.ping', {});
  }

  /** Logs a warning when the other side is away. The service starts anyway, but is not ready meanwhile. */
  onApplicationBootstrap(): void {
    this.ping().catch((error: unknown) => {
      this.#logger.warn(
        `The service that stores the sessions does not answer: ${describeError(error)}`,
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
      // The idle timeout could expire in a moment.
      this.#cache?.forget(session.id);
      return;
    }
    this.#setDue(session, idleLeft, false);
    const { cache } = this.options;
    if (cache === null) return;
    this.#cache?.set(session, sentAt + Math.min(cache.maxAge, idleLeft));
  }

  /**
   * Sets when the session is due for its next renewal. The time counts from now, after the answer: the other
   * side would skip an earlier renewal as too soon.
   */
  #setDue({ id, idleTimeout }: Session, idleLeft: number, wasTouched: boolean): void {
    const interval = renewalInterval(this.options.touchInterval, idleTimeout);
    const now = this.#clocks.now();
    const dueIn = idleLeft - idleTimeout + interval;
    // The other side may have a longer interval between two renewals than this service.
    const dueAt = now + (wasTouched && dueIn <= 0 ? interval : dueIn);
    const known = this.#clocks.get(id)?.dueAt ?? dueAt;
    this.#clocks.remember(id, { dueAt: Math.max(dueAt, known), expiresAt: now + idleLeft });
  }

  #forget(id: string): void {
    this.#clocks.forget(id);
    this.#cache?.forget(id);
  }

  #malformed(pattern: string): Error {
    this.counters.malformedReplies += 1;
    const error = new Error(`the answer to ${pattern} has an unknown form`);
    this.#logger.warn(error.message);
    return error;
  }
}
