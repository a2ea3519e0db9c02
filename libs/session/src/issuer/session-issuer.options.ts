import { SessionOptionsError } from '../errors/session-options.error.js';
import { type Duration, toMilliseconds } from '../options/duration.js';
import { requireServiceName } from '../options/service-name.js';
import { toRotationGrace } from './rotation-grace.js';

/** What the issuing app decides about the sessions that it makes. */
export interface SessionIssuerModuleOptions {
  /**
   * A session ends when it is not used for this long.
   * @default '30m'
   */
  idleTimeout?: Duration;
  /**
   * A session ends this long after the sign-in, however busy it is.
   * @default '12h'
   */
  absoluteTimeout?: Duration;
  /**
   * How many sessions a user may have at once, at most 10000; the oldest goes first.
   * @default 10
   */
  maxPerUser?: number;
  /**
   * For how long a token still works after a re-authentication has replaced it: requests of a page that were
   * under way do not fail. It can do nothing then that `@RequireFresh()` marks. At most `'60s'`; 0 for none.
   * @default '10s'
   */
  rotationGrace?: Duration;
  /**
   * How many replicas must have taken over the end of a session, or a change of its roles, before the
   * call resolves; when too few do, it fails although the master has it. Redis replicates in the
   * background otherwise, and a failover can bring back what ended a moment ago.
   * @default 0
   */
  waitReplicas?: number;
  /**
   * The services that add to sessions (see `Sessions`): what they have added is deleted with the session
   * and follows it when it is rotated. Of a service that is not named here it is lost at a rotation, and
   * left behind until the absolute timeout.
   * @default []
   */
  services?: readonly string[];
  /**
   * About how many events are kept for those who follow them; the oldest go. One takes some 250 bytes.
   * @default 10000
   */
  eventsKept?: number;
}

/** A change of all of a user's sessions takes a second or so with as many. */
const MOST_PER_USER = 10_000;

/** The options with every default filled in and every value checked. */
export class SessionIssuerOptions {
  /** Milliseconds. */
  readonly idleTimeout: number;
  /** Milliseconds. */
  readonly absoluteTimeout: number;
  readonly maxPerUser: number;
  /** Milliseconds; 0 for none. */
  readonly rotationGrace: number;
  readonly waitReplicas: number;
  readonly services: readonly string[];
  readonly eventsKept: number;

  /** @throws SessionOptionsError naming the option and what it should be. */
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
        `idleTimeout is longer than absoluteTimeout and would never apply. Shorten it, or lengthen the other.`,
      );
    }
    if (!(
      Number.isSafeInteger(this.maxPerUser) &&
      this.maxPerUser >= 1 &&
      this.maxPerUser <= MOST_PER_USER
    )) {
      throw new SessionOptionsError(`maxPerUser: give a whole number from 1 to ${MOST_PER_USER}.`);
    }
    if (!Number.isSafeInteger(this.eventsKept) || this.eventsKept < 1) {
      throw new SessionOptionsError(`eventsKept: give a whole number, 1 or more.`);
    }
    if (!Number.isSafeInteger(this.waitReplicas) || this.waitReplicas < 0) {
      throw new SessionOptionsError(`waitReplicas: give a whole number, 0 for none.`);
    }
  }
}
