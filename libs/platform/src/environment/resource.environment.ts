import { IsIn, IsOptional, IsString, IsUrl } from 'class-validator';
import { IsPortNumber, ToSwitch } from './environment-values';
import { NeedsCallSecret } from './call-rules';
import { IsNearCache } from './near-cache-rules';
import { ServiceEnvironment } from './service.environment';

const SOURCES = ['redis', 'rpc', 'gateway'] as const;

/** What a service reads beside that only asks who is signed in, and changes no session's record. */
export class ResourceEnvironment extends ServiceEnvironment {
  /** How the service learns who is asking: from Redis, from auth, or from a gateway's signed word. */
  @IsIn(SOURCES, { message: "set it to 'redis', 'rpc' or 'gateway'." })
  @NeedsCallSecret()
  readonly SESSION_SOURCE: (typeof SOURCES)[number] = 'redis';

  /** Keeps sessions in this process' memory: `on`, `off`, or the greatest staleness. */
  @ToSwitch()
  @IsNearCache()
  readonly SESSION_NEAR_CACHE: boolean | string = false;

  /** Where auth answers over Nest's TCP transport: without Redis. */
  @IsOptional()
  @IsString()
  readonly AUTH_RPC_HOST?: string;

  @IsPortNumber()
  readonly AUTH_RPC_PORT: number = 4000;

  /** Where auth answers over HTTP: behind a gateway. */
  @IsOptional()
  @IsUrl({ require_tld: false, protocols: ['http', 'https'], require_protocol: true })
  readonly AUTH_URL?: string;

  @IsPortNumber()
  readonly AUTH_PORT: number = 3000;

  override usesRedis(): boolean {
    return this.SESSION_SOURCE === 'redis';
  }

  /** Where a service of this machine is reached that listens on the same `HOST`. */
  get neighbourHost(): string {
    if (this.HOST === '0.0.0.0') return '127.0.0.1';
    return this.HOST === '::' ? '::1' : this.HOST;
  }

  get authRpcHost(): string {
    return this.AUTH_RPC_HOST ?? this.neighbourHost;
  }

  get authUrl(): string {
    const host = this.neighbourHost.includes(':') ? `[${this.neighbourHost}]` : this.neighbourHost;
    return this.AUTH_URL ?? `http://${host}:${this.AUTH_PORT}`;
  }
}
