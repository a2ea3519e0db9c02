import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import type { Redis } from 'ioredis';
import { type Claims, type JwtRequest, requireRole, verifiedClaims } from './jwt-claims';

/** Injection token of the client that knows the revoked tokens. */
export const DENYLIST = 'nest-sessions-bench:denylist';

@Injectable()
export class DenylistGuard implements CanActivate {
  constructor(
    private readonly jwt: JwtService,
    @Inject(DENYLIST) private readonly redis: Redis,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<JwtRequest>();
    const claims = verifiedClaims(this.jwt, request);
    if (await this.isRevoked(claims)) throw new UnauthorizedException();
    requireRole(claims);
    request.user = claims;
    return true;
  }

  /** Rejects all tokens without an answer from Redis: a logout must hold during an outage. */
  private async isRevoked({ jti }: Claims): Promise<boolean> {
    try {
      return (await this.redis.exists(`revoked:${jti}`)) === 1;
    } catch {
      throw new ServiceUnavailableException();
    }
  }
}
