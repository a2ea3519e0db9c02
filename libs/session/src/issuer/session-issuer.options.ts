import { SessionOptionsError } from '../errors/session-options.error.js';
import { type Duration, toMilliseconds } from '../common/duration.js';
import { requireServiceName } from '../common/service-name.js';
import { toRotationGrace } from './rotation-grace.js';

/** Options of the issuing app for the sessions that it creates. */
export interface SessionIssuerModuleOptions {
  /**
   * Idle timeout: a session ends when it is not used for this long.
   * @default '30m'
   */
  idleTimeout?: Duration;
  /**
   * Absolute timeout: a session ends this long after the sign-in, even in use.
   * @default '12h'
   */
  absoluteTimeout?: Duration;
  /**
   * Maximum number of sessions per user, at most 10000. Beyond it, the oldest session ends.
   * @default 10
   */
  maxPerUser?: number;
  /**
   * Time for which a token still works after a re-authentication has replaced it. Requests of a page that are
   * under way then do not fail. Routes with `@SkipCache()` reject it. At most `'60s'`; 0 for no grace.
   * @default '10s'
   */
  rotationGrace?: Duration;
  /**
   * Number of replicas that must have received the end of a session, or a change of it, before the call
   * resolves. With fewer replicas the call fails, although the master has the change. Otherwise Redis
   * replicates in the background, and a failover can bring back a session that ended a moment ago.
   * @default 0
   */
  waitReplicas?: number;
  /**
   * Services that add write-once attributes to sessions (see `Sessions`). Their attributes are deleted with
   * the session and follow it when it is rotated. Attributes of a service that is not listed are lost at a
   * rotation, and left behind until the absolute timeout.
   * @default []
   */
  services?: readonly string[];
  /**
   * Approximate number of events kept for followers of the log; the oldest are dropped. An event takes some
   * 250 bytes.
   * @default 10000
   */
  eventsKept?: number;
}

/** A change of this many sessions of a user takes about a second. */
const MOST_PER_USER = 10_000;

/** {@link SessionIssuerModuleOptions} with every default filled in and every value checked. */
export class SessionIssuerOptions {
  /** Milliseconds. */
  readonly idleTimeout: number;
  /** Milliseconds. */
  readonly absoluteTimeout: number;
  /** Maximum number of sessions per user. */
  readonly maxPerUser: number;
  /** Milliseconds; 0 for no grace. */
  readonly rotationGrace: number;
  /** Number of replicas; 0 to wait for none. */
  readonly waitReplicas: number;
  /** Services whose write-once attributes follow a rotation. */
  readonly services: readonly string[];
  /** Approximate number of events. */
  readonly eventsKept: number;

  /** @throws SessionOptionsError naming the option and its expected value */
  constructor(options: SessionIssuerModuleOptions) {
    this.idleTimeout = toMilliseconds('idleTimeout', options.idleTimeout ?? '30m');
    this.absoluteTimeout = toMilliseconds('absoluteTimeout', options.absoluteTimeout ?? '12h');
    this.maxPerUser = options.maxPerUser ?? 10;
    this.rotationGrace = toRotationGrace('rotationGrace', options.rotationGrace ?? '10s');
    this.waitReplicas = options.waitReplicas ?? 0;
    this.services = options.services ?? [];
    this.eventsKept = options.eventsKept ?? 10_000;
    for (const name of this.services) requireServiceName('services', name);
    if (this.idleTimeout > this.absoluteTimeout) {
      throw new SessionOptionsError(
        'idleTimeout is longer than absoluteTimeout and would never apply. Decrease idleTimeout, or increase absoluteTimeout.',
      );
    }
    if (!(
      Number.isSafeInteger(this.maxPerUser) &&
      this.maxPerUser >= 1 &&
      this.maxPerUser <= MOST_PER_USER
    )) {
      throw new SessionOptionsError(
        `maxPerUser must be a whole number from 1 to ${MOST_PER_USER}, got ${this.maxPerUser}.`,
      );
    }
    if (!Number.isSafeInteger(this.eventsKept) || this.eventsKept < 1) {
      throw new SessionOptionsError(
        `eventsKept must be a whole number of 1 or more, got ${this.eventsKept}.`,
      );
    }
    if (!Number.isSafeInteger(this.waitReplicas) || this.waitReplicas < 0) {
      throw new SessionOptionsError(
        `waitReplicas must be a whole number of 0 or more, got ${this.waitReplicas}.`,
      );
    }
  }
}
