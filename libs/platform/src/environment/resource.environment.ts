import { IsIn, IsOptional, IsString, IsUrl } from 'class-validator';
import { IsPortNumber, ToSwitch } from './environment-values';
import { NeedsCallSecret } from './call-rules';
import { IsNearCache } from './near-cache-rules';
import { ServiceEnvironment } from './service.environment';

const SOURCES = ['redis', 'rpc', 'gateway'] as const;

/** Additional variables of a service that only asks who is signed in and changes no session record. */
export class ResourceEnvironment extends ServiceEnvironment {
  /** Source of the user's identity: Redis, auth, or an identity that a gateway has signed. */
  @IsIn(SOURCES, { message: "set it to 'redis', 'rpc' or 'gateway'." })
  @NeedsCallSecret()
  readonly SESSION_SOURCE: (typeof SOURCES)[number] = 'redis';

  /** Keeps sessions in this process' memory: `on`, `off`, or the maximum staleness. */
  @ToSwitch()
  @IsNearCache()
  readonly SESSION_NEAR_CACHE: boolean | string = false;

  /** Host of auth on Nest's TCP transport, for a service without Redis. */
  @IsOptional()
  @IsString()
  readonly AUTH_RPC_HOST?: string;

  @IsPortNumber()
  readonly AUTH_RPC_PORT: number = 4000;

  /** URL of auth over HTTP, for a service behind a gateway. */
  @IsOptional()
  @IsUrl({ require_tld: false, protocols: ['http', 'https'], require_protocol: true })
  readonly AUTH_URL?: string;

  @IsPortNumber()
  readonly AUTH_PORT: number = 3000;

  override usesRedis(): boolean {
    return this.SESSION_SOURCE === 'redis';
  }

  /** Host at which to reach a service on this machine that listens on the same `HOST`. */
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
