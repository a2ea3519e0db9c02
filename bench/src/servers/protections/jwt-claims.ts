import { ForbiddenException, UnauthorizedException } from '@nestjs/common';
import type { JwtService } from '@nestjs/jwt';
import { REQUIRED_ROLE } from '../session-content';

/** Claims that the guards read from a verified token. */
export interface Claims {
  readonly jti: string;
  readonly roles: readonly string[];
}

export interface JwtRequest {
  readonly headers: { readonly authorization?: string };
  user?: Claims;
}

const SCHEME = 'Bearer ';

/** @throws UnauthorizedException when the request carries no token */
export function bearerToken({ headers: { authorization } }: JwtRequest): string {
  if (!authorization?.startsWith(SCHEME)) throw new UnauthorizedException();
  return authorization.slice(SCHEME.length);
}

/** @throws UnauthorizedException when the request carries no valid token */
export function verifiedClaims(jwt: JwtService, request: JwtRequest): Claims {
  const token = bearerToken(request);
  try {
    return jwt.verify<Claims>(token);
  } catch {
    throw new UnauthorizedException();
  }
}

/** @throws ForbiddenException without the required role */
export function requireRole({ roles }: Claims): void {
  if (!roles.includes(REQUIRED_ROLE)) throw new ForbiddenException();
}
