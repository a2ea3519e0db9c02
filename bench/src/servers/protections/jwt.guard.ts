import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { bearerToken, type Claims, type JwtRequest, requireRole } from './jwt-claims';

@Injectable()
export class JwtGuard implements CanActivate {
  constructor(private readonly jwt: JwtService) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<JwtRequest>();
    const claims = this.verify(bearerToken(request));
    requireRole(claims);
    request.user = claims;
    return true;
  }

  private verify(token: string): Claims {
    try {
      return this.jwt.verify<Claims>(token);
    } catch {
      throw new UnauthorizedException();
    }
  }
}
