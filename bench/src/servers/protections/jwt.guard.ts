import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { type JwtRequest, requireRole, verifiedClaims } from './jwt-claims';

@Injectable()
export class JwtGuard implements CanActivate {
  constructor(private readonly jwt: JwtService) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<JwtRequest>();
    const claims = verifiedClaims(this.jwt, request);
    requireRole(claims);
    request.user = claims;
    return true;
  }
}
