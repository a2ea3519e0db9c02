import { safeRedisOptions } from '@app/session';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString, Matches } from 'class-validator';
import type { RedisOptions } from 'ioredis';
import { IsOrigins, IsRedisUrl, toList, toTrustProxy, type TrustProxy } from './environment-values';

/** What every service reads from its environment. Fields are named as the variables are. */
export class ServiceEnvironment {
  /** On which address HTTP listens. */
  @IsString()
  readonly HOST: string = '127.0.0.1';

  @IsIn(['express', 'fastify'], { message: "set it to 'express' or 'fastify'." })
  readonly HTTP_ADAPTER: 'express' | 'fastify' = 'express';

  /** Which proxies may set X-Forwarded-*: `off`, `on`, a number of hops, or addresses. */
  @Transform(({ value }: { value: string }) => toTrustProxy(value))
  readonly TRUST_PROXY: TrustProxy = false;

  /** Origins beside the service's own from which browsers may change state. */
  @Transform(({ value }: { value: string }) => toList(value))
  @IsOrigins()
  readonly ALLOWED_ORIGINS: readonly string[] = [];

  /** The Redis that keeps the sessions. */
  @IsRedisUrl()
  readonly REDIS_URL!: string;

  @IsOptional()
  @Matches(/^[\w-]+$/, { message: "use letters, digits, '-' and '_', such as __Host-sid." })
  readonly SESSION_COOKIE_NAME?: string;

  @IsOptional()
  @IsString()
  readonly NODE_ENV?: string;

  get isProduction(): boolean {
    return this.NODE_ENV === 'production';
  }

  /** Options of the ioredis client for sessions. */
  get redis(): RedisOptions & { url: string } {
    return { url: this.REDIS_URL, ...safeRedisOptions() };
  }
}
