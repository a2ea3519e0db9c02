import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { bearerToken, type Claims, type JwtRequest, requireRole } from './jwt-claims';

@Injectable()
export class DocumentedJwtGuard implements CanActivate {
  constructor(private readonly jwt: JwtService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<JwtRequest>();
    const claims = await this.verify(bearerToken(request));
    requireRole(claims);
    request.user = claims;
    return true;
  }

  private async verify(token: string): Promise<Claims> {
    try {
      return await this.jwt.verifyAsync<Claims>(token);
    } catch {
      throw new UnauthorizedException();
    }
  }
}
