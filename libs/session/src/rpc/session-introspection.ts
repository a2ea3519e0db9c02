import { Injectable, Optional } from '@nestjs/common';
import { decodeAccessCatalogue } from '../access/access-catalogue.js';
import { AccessCatalogueWriter } from '../access/access-catalogue.writer.js';
import { isAttributeName, isAttributeValue } from '../common/attribute-rules.js';
import { roleRequired } from '../errors/session-exception.js';
import { isServiceName } from '../common/service-name.js';
import { SessionInstruments } from '../instruments/session-instruments.js';
import type { Session } from '../session/session.js';
import { encodeSession } from '../session/session-record.js';
import { RedisSessionStore } from '../store/redis-session.store.js';
import { SessionStore } from '../store/session.store.js';
import { isSessionId } from '../token/session-token.js';
import type { IntrospectionMessages } from './introspection.messages.js';

type ReplyTo<M extends keyof IntrospectionMessages> = IntrospectionMessages[M]['reply'];

/**
 * Answers the messages of services without a store. An unknown or malformed id is 'no session' to every
 * caller. A store that cannot answer throws `SessionStoreUnavailableError`.
 */
@Injectable()
export class SessionIntrospection {
  constructor(
    private readonly store: SessionStore,
    /** Absent unless this app imports `SessionAccessModule`. */
    @Optional() private readonly catalogues?: AccessCatalogueWriter,
    @Optional() private readonly instruments: SessionInstruments = new SessionInstruments(),
  ) {}

  /** Returns a session and changes nothing: the calling service decides whether to admit the request. */
  async introspect(request: unknown): Promise<ReplyTo<'session.introspect'>> {
    const id = fieldOf(request, 'id');
    if (typeof id !== 'string' || !isSessionId(id)) return {};
    const fresh = fieldOf(request, 'fresh') === true;
    const find = () => this.store.find(id, { fresh });
    const session = await this.instruments.run({ name: 'introspect', sessionId: id }, find);
    if (session === null) return {};
    return { session: encodeSession(session), ...this.#idleLeftOf(session) };
  }

  async touch(request: unknown): Promise<ReplyTo<'session.touch'>> {
    const session = await this.#find(request);
    if (session === null) return { live: false };
    await this.store.touch(session);
    return { live: true, ...this.#idleLeftOf(session) };
  }

  /**
   * Adds a write-once attribute under the caller's name.
   *
   * @param caller Authenticated name of the calling service.
   * @throws SessionException 403 when `caller` cannot be a service's name
   */
  async add(request: unknown, caller: string): Promise<ReplyTo<'session.add'>> {
    // The name is part of a Redis key, and every service that knows a shared secret can sign any name.
    if (!isServiceName(caller)) throw roleRequired();
    const name = fieldOf(request, 'name');
    const value = fieldOf(request, 'value');
    if (typeof name !== 'string' || !isAttributeName(name) || !isAttributeValue(value)) {
      return { outcome: 'gone' };
    }
    const session = await this.#find(request);
    if (session === null) return { outcome: 'gone' };
    return { outcome: await this.store.add(session, { service: caller, name, value }) };
  }

  async attributes(request: unknown): Promise<ReplyTo<'session.additions'>> {
    const id = fieldOf(request, 'id');
    const service = fieldOf(request, 'service');
    if (typeof id !== 'string' || !isSessionId(id)) return { additions: [] };
    if (typeof service !== 'string' || !isServiceName(service)) return { additions: [] };
    const attributes = await this.store.attributes(id, service);
    return { additions: [...attributes].map(([name, value]) => ({ name, value })) };
  }

  /**
   * Publishes the route requirements of the caller, and of no other service.
   *
   * @throws SessionException 403 when `caller` cannot be a service's name
   */
  async publish(request: unknown, caller: string): Promise<ReplyTo<'access.publish'>> {
    if (!isServiceName(caller)) throw roleRequired();
    const json = fieldOf(request, 'catalogue');
    const catalogue = typeof json === 'string' ? decodeAccessCatalogue(caller, json) : null;
    if (catalogue === null || this.catalogues === undefined) return { isPublished: false };
    await this.catalogues.publish(catalogue);
    return { isPublished: true };
  }

  /** Records that the caller is alive, if its route requirements are published. */
  async keepAlive(caller: string): Promise<ReplyTo<'access.keep-alive'>> {
    if (!isServiceName(caller) || this.catalogues === undefined) return { isPublished: false };
    const state = await this.catalogues.keepAlive(caller);
    if (state === null) return { isPublished: false };
    const { digest, version } = state;
    return {
      isPublished: true,
      ...(digest === undefined ? {} : { digest }),
      ...(version === undefined ? {} : { version }),
    };
  }

  async ping(): Promise<ReplyTo<'session.ping'>> {
    await this.store.ping();
    return {};
  }

  async #find(request: unknown): Promise<Session | null> {
    const id = fieldOf(request, 'id');
    return typeof id === 'string' && isSessionId(id) ? this.store.find(id) : null;
  }

  /** Returns the remaining idle timeout; nothing where the store does not report it. */
  #idleLeftOf({ id }: Session): { idleLeft?: number } {
    const clock = this.store instanceof RedisSessionStore ? this.store.idleClockOf(id) : undefined;
    if (clock === undefined) return {};
    return { idleLeft: Math.max(0, Math.floor(clock.expiresAt - performance.now())) };
  }
}

function fieldOf(request: unknown, name: string): unknown {
  return typeof request === 'object' && request !== null && Object.hasOwn(request, name)
    ? (request as Record<string, unknown>)[name]
    : undefined;
}
