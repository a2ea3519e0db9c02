import {
  IsDuration,
  IsDurationWithin,
  IsPortNumber,
  IsWholeNumber,
  ServiceEnvironment,
  ToSwitch,
} from '@app/platform';
import type { Duration } from 'nest-sessions/common';
import { IsBoolean, IsOptional, IsString } from 'class-validator';
import {
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

/** Name of this service in the system. */
export const AUTH_SERVICE = 'auth';

export class AuthEnvironment extends ServiceEnvironment {
  @IsPortNumber()
  readonly AUTH_PORT: number = 3000;

  /** Port for session introspection by services without Redis; only with a SESSION_CALL_SECRET. */
  @IsPortNumber()
  readonly AUTH_RPC_PORT: number = 4000;

  /** URL of the user database. Without it, the app uses an embedded PostgreSQL. */
  @IsOptional()
  @IsString()
  readonly DATABASE_URL?: string;

  /** Folder for the files of the embedded PostgreSQL; `temporary` keeps nothing after the stop. */
  @IsString()
  readonly DATA_DIR: string = '.data';

  /** Idle timeout: a session ends when it is not used for this long. */
  @IsDuration()
  @IsNoLongerThan('SESSION_ABSOLUTE_TIMEOUT')
  readonly SESSION_IDLE_TIMEOUT: string = '30m';

  /** Absolute timeout: a session ends this long after the sign-in. */
  @IsDuration()
  readonly SESSION_ABSOLUTE_TIMEOUT: string = '12h';

  /** Maximum number of sessions per user; a further sign-in ends the oldest session. */
  @IsWholeNumber({ min: 1, max: 1_000 })
  readonly SESSION_MAX_PER_USER: number = 10;

  /** How long a token stays valid after a re-authentication has replaced it; 0 for not at all. */
  @IsRotationGrace()
  readonly SESSION_ROTATION_GRACE: string = '10s';

  /** Number of replicas that must acknowledge a logout, a ban or a role change before the response. */
  @IsReplicaCount()
  readonly SESSION_WAIT_REPLICAS: number = 0;

  /**
   * The services of the system, in addition to this one. Their write-once attributes end with the session and
   * survive a rotation. The route requirements that they publish apply at gateways.
   */
  @IsServiceList()
  readonly SESSION_SERVICES: readonly string[] = ['orders', 'products'];

  /** bcrypt's cost: each step doubles the time of a sign-in, and of a guess. */
  @IsWholeNumber({ min: 10, max: 15 })
  readonly BCRYPT_COST: number = 12;

  /**
   * Number of passwords that are hashed or compared at once. Each takes a core and a thread of libuv's pool.
   */
  @IsWholeNumber({ min: 1, max: 1_023 })
  @LeavesThreads()
  readonly BCRYPT_CONCURRENCY: number = defaultConcurrency();

  /**
   * Maximum number of sign-ins that wait, in addition to the running ones; further sign-ins are answered 503.
   */
  @IsWholeNumber({ min: 0, max: 10_000 })
  readonly BCRYPT_QUEUE: number = DEFAULT_MAX_WAITING;

  /**
   * Number of free wrong passwords for one account from one network. Each further wrong password doubles a
   * wait.
   */
  @IsWholeNumber({ min: 1, max: 1_000 })
  readonly SIGN_IN_FREE_ATTEMPTS: number = throttle.freeForPair;

  /**
   * Number of free wrong passwords for one account from all networks together. The wait applies to networks
   * from which the account has not signed in lately.
   */
  @IsWholeNumber({ min: 1, max: 1_000_000 })
  readonly SIGN_IN_FREE_ATTEMPTS_ACCOUNT: number = throttle.freeForAccount;

  /** Number of free wrong passwords from one network for all accounts together. */
  @IsWholeNumber({ min: 1, max: 1_000_000 })
  readonly SIGN_IN_FREE_ATTEMPTS_NETWORK: number = throttle.freeForNetwork;

  /** Upper limit of the wait. */
  @IsDurationWithin('1s', '24h')
  readonly SIGN_IN_LONGEST_WAIT: Duration = throttle.longestWait;

  /** Creates the demo users of the README. Their passwords are public. */
  @ToSwitch()
  @IsBoolean({ message: "set it to 'on' or 'off'." })
  @IsOffInProduction()
  @IsOffBeyondLoopback()
  readonly DEMO_USERS: boolean = false;
}
