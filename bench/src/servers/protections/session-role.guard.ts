import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { REQUIRED_ROLE } from '../session-content';

interface SessionRequest {
  readonly session?: { readonly roles?: readonly string[] };
}

/** The guard that an application writes for a session middleware: it requires a session with the role. */
@Injectable()
export class SessionRoleGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { session } = context.switchToHttp().getRequest<SessionRequest>();
    if (session?.roles === undefined) throw new UnauthorizedException();
    if (!session.roles.includes(REQUIRED_ROLE)) throw new ForbiddenException();
    return true;
  }
}
