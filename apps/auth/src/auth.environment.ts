import { IsPortNumber, IsWholeNumber, ServiceEnvironment, ToSwitch } from '@app/platform';
import type { Duration } from 'nest-sessions';
import { IsBoolean, IsOptional, IsString } from 'class-validator';
import {
  IsDuration,
  IsDurationWithin,
  IsNoLongerThan,
  IsOffBeyondLoopback,
  IsOffInProduction,
  IsReplicaCount,
  IsServiceList,
  LeavesThreads,
} from './environment-rules';
import { IsRotationGrace } from './rotation-grace.rule';
import { DEFAULT_MAX_WAITING, defaultConcurrency } from './passwords/password-queue';
import { ThrottleOptions } from './throttle/throttle.options';

const throttle = new ThrottleOptions();

/** What this service is called among the others. */
export const AUTH_SERVICE = 'auth';

export class AuthEnvironment extends ServiceEnvironment {
  @IsPortNumber()
  readonly AUTH_PORT: number = 3000;

  /** Where services without a Redis ask who is asking them; only with a SESSION_CALL_SECRET. */
  @IsPortNumber()
  readonly AUTH_RPC_PORT: number = 4000;

  /** The user database. Without it an embedded PostgreSQL is used. */
  @IsOptional()
  @IsString()
  readonly DATABASE_URL?: string;

  /** Where the embedded PostgreSQL keeps its files; `temporary` keeps nothing after the stop. */
  @IsString()
  readonly DATA_DIR: string = '.data';

  /** A session ends when it is not used for this long. */
  @IsDuration()
  @IsNoLongerThan('SESSION_ABSOLUTE_TIMEOUT')
  readonly SESSION_IDLE_TIMEOUT: string = '30m';

  /** A session ends this long after the sign-in. */
  @IsDuration()
  readonly SESSION_ABSOLUTE_TIMEOUT: string = '12h';

  /** How many sessions a user may have at once; the oldest goes first. */
  @IsWholeNumber({ min: 1, max: 1_000 })
  readonly SESSION_MAX_PER_USER: number = 10;

  /** For how long a token works that a re-authentication has replaced; 0 for not at all. */
  @IsRotationGrace()
  readonly SESSION_ROTATION_GRACE: string = '10s';

  /** How many replicas must have taken over a logout, a ban or a role change before the answer. */
  @IsReplicaCount()
  readonly SESSION_WAIT_REPLICAS: number = 0;

  /**
   * The services of the system beside this one: what they add to sessions ends with the session and
   * survives a rotation, and what they publish of their routes counts.
   */
  @IsServiceList()
  readonly SESSION_SERVICES: readonly string[] = ['orders', 'products'];

  /** bcrypt's cost: each step doubles the time that a sign-in, and a guess, takes. */
  @IsWholeNumber({ min: 10, max: 15 })
  readonly BCRYPT_COST: number = 12;

  /** How many passwords are hashed or checked at once; each takes a core and a thread of libuv's pool. */
  @IsWholeNumber({ min: 1, max: 1_023 })
  @LeavesThreads()
  readonly BCRYPT_CONCURRENCY: number = defaultConcurrency();

  /** How many sign-ins may wait beside those; further ones are answered 503. */
  @IsWholeNumber({ min: 0, max: 10_000 })
  readonly BCRYPT_QUEUE: number = DEFAULT_MAX_WAITING;

  /** How many wrong passwords for one account from one network are free; each further one doubles a wait. */
  @IsWholeNumber({ min: 1, max: 1_000 })
  readonly SIGN_IN_FREE_ATTEMPTS: number = throttle.freeForPair;

  /** The same for one account from all networks together that it has not signed in from lately. */
  @IsWholeNumber({ min: 1, max: 1_000_000 })
  readonly SIGN_IN_FREE_ATTEMPTS_ACCOUNT: number = throttle.freeForAccount;

  /** The same for one network and all accounts together. */
  @IsWholeNumber({ min: 1, max: 1_000_000 })
  readonly SIGN_IN_FREE_ATTEMPTS_NETWORK: number = throttle.freeForNetwork;

  /** How far the wait grows. */
  @IsDurationWithin('1s', '24h')
  readonly SIGN_IN_LONGEST_WAIT: Duration = throttle.longestWait;

  /** Creates the users of the README. Their passwords are public. */
  @ToSwitch()
  @IsBoolean({ message: "set it to 'on' or 'off'." })
  @IsOffInProduction()
  @IsOffBeyondLoopback()
  readonly DEMO_USERS: boolean = false;
}
