import type { SessionCookieOptions, SessionModuleOptions } from 'nest-sessions';
import type { CallOptions } from 'nest-sessions/calls';
import type { BindingOptions, BindingReaction } from 'nest-sessions/binding';
import type { ChannelOptions } from 'nest-sessions/channels';
import type { Duration } from 'nest-sessions/common';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, Matches } from 'class-validator';
import { IsCallers, IsCallSecret, NeedsOwnSecret, toCallers } from './call-rules';
import { IsCookieDomain } from './cookie-rules';
import { IsDurationWithin } from './duration-rules';
import {
  IsOrigins,
  IsPortNumber,
  IsTrustProxy,
  toList,
  ToSwitch,
  toTrustProxy,
  type TrustProxy,
} from './environment-values';
import { IsRedirectTarget } from './redirect-target-rules';
import { RedisEnvironment } from './redis.environment';

/** Variables that every service reads. Fields have the names of the variables. */
export class ServiceEnvironment extends RedisEnvironment {
  /** Address on which HTTP listens. */
  @IsString()
  readonly HOST: string = '127.0.0.1';

  @IsIn(['express', 'fastify'], { message: "set it to 'express' or 'fastify'." })
  readonly HTTP_ADAPTER: 'express' | 'fastify' = 'express';

  /** Proxies that may set X-Forwarded-*: `off`, `on`, a number of hops, or addresses. */
  @Transform(({ value }: { value: string }) => toTrustProxy(value))
  @IsTrustProxy()
  readonly TRUST_PROXY: TrustProxy = false;

  /** Origins, in addition to the service's own, from which browsers may change state. */
  @Transform(({ value }: { value: string }) => toList(value))
  @IsOrigins()
  readonly ALLOWED_ORIGINS: readonly string[] = [];

  /** Refuses to start on a Redis that is not safe for sessions. */
  @ToSwitch()
  @IsBoolean({ message: "set it to 'on' or 'off'." })
  readonly REDIS_STRICT: boolean = false;

  @IsOptional()
  @Matches(/^[\w-]+$/, { message: "use letters, digits, '-' and '_', such as __Host-sid." })
  readonly SESSION_COOKIE_NAME?: string;

  /**
   * Shares the session cookie with the subdomains of this domain: each subdomain must then be trusted.
   * Requires a SESSION_COOKIE_NAME without `__Host-`.
   */
  @IsOptional()
  @IsCookieDomain()
  readonly SESSION_COOKIE_DOMAIN?: string;

  /** Source of the token in a request. */
  @IsIn(['cookie', 'bearer', 'either'], { message: "set it to 'cookie', 'bearer' or 'either'." })
  readonly SESSION_TOKEN_FROM: 'cookie' | 'bearer' | 'either' = 'either';

  /** Secret with which services sign their calls to each other: 32 bytes or more. */
  @IsOptional()
  @IsCallSecret()
  readonly SESSION_CALL_SECRET?: string;

  /** Second secret that is accepted on incoming calls, while one secret replaces the other. */
  @IsOptional()
  @IsCallSecret()
  @NeedsOwnSecret()
  readonly SESSION_CALL_SECRET_ALSO?: string;

  /** Services that may call this service, if each has its own secrets: `orders:secret,products:secret`. */
  @Transform(({ value }: { value: string }) => toCallers(value))
  @IsOptional()
  @IsCallers()
  @NeedsOwnSecret()
  readonly SESSION_CALLERS?: Readonly<Record<string, readonly string[]>>;

  /**
   * Reaction to a token that another browser, or a browser on another network, uses than the one that signed
   * in.
   */
  @IsIn(['off', 'report', 'reauthenticate'], {
    message: "set it to 'off', 'report' or 'reauthenticate'.",
  })
  readonly SESSION_BINDING: BindingReaction = 'off';

  /**
   * Longest time for which an event stream or a WebSocket stays open after its session has ended, even if every
   * signal of the end is lost.
   */
  @IsDurationWithin('5s', '1h')
  readonly SESSION_CHANNELS_CLOSE_WITHIN: Duration = '30s';

  /** Redirect target for users who must re-authenticate: a path, or a URL of another host. */
  @IsOptional()
  @IsRedirectTarget()
  readonly SESSION_REAUTHENTICATE_AT?: string;

  /** Port of the metrics for Prometheus; no metrics without it. */
  @IsOptional()
  @IsPortNumber()
  readonly METRICS_PORT?: number;

  /** Lowest level that is logged. Changes to sessions are logged at `info`. */
  @IsIn(['error', 'warn', 'info', 'debug'], {
    message: "set it to 'error', 'warn', 'info' or 'debug'.",
  })
  readonly LOG_LEVEL: 'error' | 'warn' | 'info' | 'debug' = 'info';

  @IsOptional()
  @IsString()
  readonly NODE_ENV?: string;

  /** Cookie options of the session module. */
  get cookie(): SessionCookieOptions {
    return { name: this.SESSION_COOKIE_NAME, domain: this.SESSION_COOKIE_DOMAIN };
  }

  /** Options of calls between services. Without a secret, they carry the user's token. */
  get calls(): CallOptions {
    const { SESSION_CALL_SECRET: own, SESSION_CALL_SECRET_ALSO: also } = this;
    if (own === undefined) return { forwardToken: true };
    const callers = this.SESSION_CALLERS;
    return { secret: also === undefined ? own : [own, also], ...(callers && { callers }) };
  }

  /** Options of event streams and WebSockets. */
  get channels(): ChannelOptions {
    return { closeWithin: this.SESSION_CHANNELS_CLOSE_WITHIN };
  }

  /** Options of the comparison of clients. */
  get binding(): BindingOptions {
    return { userAgent: this.SESSION_BINDING, network: this.SESSION_BINDING };
  }

  /** Options that the session modules of all services share. */
  get session(): Pick<SessionModuleOptions, 'cookie' | 'csrf' | 'reauthenticateAt' | 'tokenFrom'> {
    const { cookie, SESSION_REAUTHENTICATE_AT: reauthenticateAt } = this;
    const csrf = { trustedOrigins: this.ALLOWED_ORIGINS };
    const tokenFrom = this.SESSION_TOKEN_FROM;
    return { cookie, csrf, reauthenticateAt, tokenFrom };
  }

  get isProduction(): boolean {
    return this.NODE_ENV === 'production';
  }
}
