import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import type { Request } from 'express';

/**
 * Refuses what a form can send. A page of another site could otherwise sign a visitor in to the attacker's
 * account (login CSRF). Browsers ask before they send JSON to another origin.
 */
@Injectable()
export class JsonOnlyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (request.is('application/json')) return true;
    throw new UnsupportedMediaTypeException('Send the credentials as application/json.');
  }
}
