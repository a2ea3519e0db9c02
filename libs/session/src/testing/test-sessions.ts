import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { NO_SECURITY_LOG } from '../audit/no-security.log.js';
import { type Duration, toMilliseconds } from '../common/duration.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { MemorySessionEventLog } from '../events/memory-session-event.log.js';
import { SessionEventLog } from '../events/session-event.log.js';
import type { SessionEventCause } from '../events/session-event.js';
import { SessionEvents } from '../events/session-events.js';
import { IssuerSessionStore } from '../store/issuer-session.store.js';
import { openIssuerStore } from '../issuer/open-issuer-store.js';
import { SessionEventRecorder } from '../issuer/session-event.recorder.js';
import { SessionIssuerOptions } from '../issuer/session-issuer.options.js';
import {
  type IssuedSession,
  type NewSession,
  SessionManager,
  type UserChanges,
} from '../issuer/session.manager.js';
import { SESSION_OPTIONS } from '../options/session-options.token.js';
import type { SessionOptions } from '../options/session.options.js';
import type { Session } from '../session/session.js';
import type { SessionData } from '../session/session-types.js';
import { RedisConnection } from '../store/redis-connection.js';
import { SessionChanges } from '../store/session-changes.js';
import { SessionCounters } from '../store/session-counters.js';
import { SessionStore } from '../store/session.store.js';
import { expireSession, type Timeout } from './expire-session.js';
import { beginOutage } from './store-outage.js';
import { providerOf, type TestedApp } from './tested-app.js';

/** Write side of the sessions of a tested application. */
interface Issuing {
  readonly manager: SessionManager;
  readonly recorder: SessionEventRecorder;
  /** Store that the application reads. */
  readonly store: SessionStore;
  readonly issuer: IssuerSessionStore;
}

/**
 * Creates, changes and ends the sessions of a tested application. Manages sessions by itself: the application
 * may have no `SessionManager`, or the test may have replaced it.
 *
 * Emits the session events of the application, if the application has any.
 */
@Injectable()
export class TestSessions {
  #issuing: Issuing | undefined;
  #endOutage: (() => void) | null = null;

  constructor(private readonly modules: ModuleRef) {}

  /**
   * @param caller Name of the called function, for the error.
   * @throws SessionOptionsError when the application does not import `SessionTestingModule` or `SessionModule`
   */
  static of(app: TestedApp, caller: string): TestSessions {
    const sessions = providerOf<TestSessions>(app, TestSessions);
    if (sessions === undefined) {
      throw new SessionOptionsError(
        `${caller}() needs SessionTestingModule, which this application does not import. Add SessionTestingModule.forRoot() from 'nest-sessions/testing' to the imports of Test.createTestingModule().`,
      );
    }
    if (providerOf(app, SESSION_OPTIONS) === undefined) {
      throw new SessionOptionsError(
        `${caller}() needs SessionModule, which this application does not import. Add the module that imports SessionModule, or SessionModule.forRoot({}) from 'nest-sessions', to the imports of Test.createTestingModule().`,
      );
    }
    return sessions;
  }

  get options(): SessionOptions {
    return this.modules.get(SESSION_OPTIONS, { strict: false });
  }

  create(fields: NewSession): Promise<IssuedSession> {
    return this.#opened.manager.create(fields);
  }

  revoke(id: string, cause: SessionEventCause): Promise<Session | null> {
    return this.#opened.manager.revoke(id, cause);
  }

  /** Sets the roles of all sessions of the user, and returns the changed session; `null` when it is gone. */
  async setRoles({ id, user }: Session, roles: readonly string[]): Promise<Session | null> {
    const { manager } = this.#opened;
    await manager.setRoles(user.id, roles);
    return (await manager.find(id))?.session ?? null;
  }

  /** Changes the user in all sessions of the user, and returns the changed session; `null` when it is gone. */
  async updateUser({ id, user }: Session, changes: UserChanges): Promise<Session | null> {
    const { manager } = this.#opened;
    await manager.updateUser(user.id, changes);
    return (await manager.find(id))?.session ?? null;
  }

  /** Changes the data of a session, and returns the changed session; `null` when it is gone. */
  updateData({ id }: Session, change: (data: SessionData) => SessionData): Promise<Session | null> {
    return this.#opened.manager.updateData(id, change);
  }

  /** Moves the sign-in of a session into the past, and returns the changed session; `null` when it is gone. */
  async ageSignIn({ id }: Session, by: Duration): Promise<Session | null> {
    const { issuer, store } = this.#opened;
    const age = toMilliseconds('ageSignIn', by);
    const changed = await issuer.update(id, (session) =>
      session.with({
        createdAt: session.createdAt - age,
        authenticatedAt: session.authenticatedAt - age,
      }),
    );
    store.forget(id);
    // A sign-in ages without an event: open channels would notice it at their next regular check.
    this.modules.get(SessionChanges, ANYWHERE).report([id]);
    return changed;
  }

  /** Lets a timeout of a session run out, and emits the event of the expiry. */
  async expire({ id, user }: Session, timeout: Timeout): Promise<void> {
    const { issuer, store, recorder } = this.#opened;
    await expireSession(id, timeout, {
      issuer,
      redis: this.modules.get(RedisConnection, ANYWHERE),
    });
    store.forget(id);
    // Only the first process that notices an expiry emits the event; a sweep of the application may be first.
    if ((await issuer.review(id, user.id)) !== null) return;
    await recorder.recordExpiry({ sessionId: id, userId: user.id });
  }

  /** Begins an outage of the store. @returns a function that ends the outage */
  fail(): () => void {
    const { store, issuer } = this.#opened;
    this.#endOutage ??= beginOutage([store, issuer]);
    return () => {
      this.#endOutage?.();
      this.#endOutage = null;
    };
  }

  /** Opened at the first use, when all modules of the application have their providers. */
  get #opened(): Issuing {
    this.#issuing ??= this.#open();
    return this.#issuing;
  }

  #open(): Issuing {
    const { modules } = this;
    const options =
      providerOf<SessionIssuerOptions>(modules, SessionIssuerOptions) ??
      new SessionIssuerOptions({});
    const store = modules.get(SessionStore, ANYWHERE);
    const issuer =
      providerOf<IssuerSessionStore>(modules, IssuerSessionStore) ??
      openIssuerStore(store, modules.get(RedisConnection, ANYWHERE), options);
    const log =
      providerOf<SessionEventLog>(modules, SessionEventLog) ?? new MemorySessionEventLog();
    const events = providerOf<SessionEvents>(modules, SessionEvents) ?? new SessionEvents(log);
    const recorder = new SessionEventRecorder(
      log,
      events,
      new SessionCounters(),
      options,
      NO_SECURITY_LOG,
    );
    return { manager: new SessionManager(issuer, options, recorder), recorder, store, issuer };
  }
}

const ANYWHERE = { strict: false } as const;
