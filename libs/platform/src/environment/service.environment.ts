import type {
  BindingOptions,
  BindingReaction,
  CallOptions,
  SessionCookieOptions,
  SessionModuleOptions,
} from 'nest-sessions';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, Matches } from 'class-validator';
import { IsCallers, IsCallSecret, NeedsOwnSecret, toCallers } from './call-rules';
import { IsCookieDomain } from './cookie-rules';
import {
  IsOrigins,
  IsTrustProxy,
  toList,
  ToSwitch,
  toTrustProxy,
  type TrustProxy,
} from './environment-values';
import { IsPlace } from './place-rules';
import { RedisEnvironment } from './redis.environment';

/** What every service reads from its environment. Fields are named as the variables are. */
export class ServiceEnvironment extends RedisEnvironment {
  /** On which address HTTP listens. */
  @IsString()
  readonly HOST: string = '127.0.0.1';

  @IsIn(['express', 'fastify'], { message: "set it to 'express' or 'fastify'." })
  readonly HTTP_ADAPTER: 'express' | 'fastify' = 'express';

  /** Which proxies may set X-Forwarded-*: `off`, `on`, a number of hops, or addresses. */
  @Transform(({ value }: { value: string }) => toTrustProxy(value))
  @IsTrustProxy()
  readonly TRUST_PROXY: TrustProxy = false;

  /** Origins beside the service's own from which browsers may change state. */
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
   * Shares the session cookie with the subdomains of this domain, each of which must then be trusted. Needs
   * a SESSION_COOKIE_NAME without `__Host-`.
   */
  @IsOptional()
  @IsCookieDomain()
  readonly SESSION_COOKIE_DOMAIN?: string;

  /** Where the token is looked for. */
  @IsIn(['cookie', 'bearer', 'either'], { message: "set it to 'cookie', 'bearer' or 'either'." })
  readonly SESSION_TOKEN_FROM: 'cookie' | 'bearer' | 'either' = 'either';

  /** What this service signs its calls to others with, and they theirs: 32 bytes or more. */
  @IsOptional()
  @IsCallSecret()
  readonly SESSION_CALL_SECRET?: string;

  /** Calls that are signed with this one are taken as well, while one secret replaces the other. */
  @IsOptional()
  @IsCallSecret()
  @NeedsOwnSecret()
  readonly SESSION_CALL_SECRET_ALSO?: string;

  /** The services that may call this one, where each has secrets of its own: `orders:secret,products:secret`. */
  @Transform(({ value }: { value: string }) => toCallers(value))
  @IsOptional()
  @IsCallers()
  @NeedsOwnSecret()
  readonly SESSION_CALLERS?: Readonly<Record<string, readonly string[]>>;

  /** What is made of a token that another browser, or one elsewhere, uses than the one that signed in. */
  @IsIn(['off', 'report', 'reauthenticate'], {
    message: "set it to 'off', 'report' or 'reauthenticate'.",
  })
  readonly SESSION_BINDING: BindingReaction = 'off';

  /** Where clients send users who must prove anew who they are: a path, or a URL of another host. */
  @IsOptional()
  @IsPlace()
  readonly SESSION_REAUTHENTICATE_AT?: string;

  /** The least that is worth a line. What is done to sessions is told at `info`. */
  @IsIn(['error', 'warn', 'info', 'debug'], {
    message: "set it to 'error', 'warn', 'info' or 'debug'.",
  })
  readonly LOG_LEVEL: 'error' | 'warn' | 'info' | 'debug' = 'info';

  @IsOptional()
  @IsString()
  readonly NODE_ENV?: string;

  /** As the session module takes it. */
  get cookie(): SessionCookieOptions {
    return { name: this.SESSION_COOKIE_NAME, domain: this.SESSION_COOKIE_DOMAIN };
  }

  /** As the session module takes it; `undefined` without a secret. */
  get calls(): CallOptions | undefined {
    const { SESSION_CALL_SECRET: own, SESSION_CALL_SECRET_ALSO: also } = this;
    if (own === undefined) return undefined;
    const callers = this.SESSION_CALLERS;
    return { secret: also === undefined ? own : [own, also], ...(callers && { callers }) };
  }

  /** As the session module takes it. */
  get binding(): BindingOptions {
    return { userAgent: this.SESSION_BINDING, network: this.SESSION_BINDING };
  }

  /** What the session module of every service is told alike. */
  get session(): Pick<
    SessionModuleOptions,
    'binding' | 'calls' | 'cookie' | 'csrf' | 'reauthenticateAt' | 'tokenFrom'
  > {
    const { binding, calls, cookie, SESSION_REAUTHENTICATE_AT: reauthenticateAt } = this;
    const csrf = { trustedOrigins: this.ALLOWED_ORIGINS };
    const tokenFrom = this.SESSION_TOKEN_FROM;
    return { binding, cookie, csrf, reauthenticateAt, tokenFrom, ...(calls && { calls }) };
  }

  get isProduction(): boolean {
    return this.NODE_ENV === 'production';
  }
}
