import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { requiredVariable } from '../required-variable.js';

/** Payload of the old application's JWTs. */
export interface Claims {
  readonly sub: string;
  readonly username: string;
  readonly roles: readonly string[];
  /** Seconds since 1970. */
  readonly iat: number;
  /** Seconds since 1970. */
  readonly exp: number;
}

/** JWTs of the old application, until the date in `JWT_ACCEPTED_UNTIL`. */
@Injectable()
export class OldTokens {
  readonly #acceptedUntil = Date.parse(requiredVariable('JWT_ACCEPTED_UNTIL'));

  /** @throws Error without a date: the application does not start */
  constructor(private readonly jwts: JwtService) {
    if (Number.isNaN(this.#acceptedUntil)) throw new Error('JWT_ACCEPTED_UNTIL is not a date.');
  }

  /** Returns the claims of a valid JWT, otherwise `null`. */
  async verify(token: string): Promise<Claims | null> {
    if (Date.now() >= this.#acceptedUntil) return null;
    try {
      // The algorithm of the old application: the header of a JWT must not choose it.
      const claims = await this.jwts.verifyAsync<object>(token, { algorithms: ['HS256'] });
      return isComplete(claims) ? claims : null;
    } catch {
      return null;
    }
  }
}

/** A JWT without `exp` would never end. */
function isComplete(claims: Partial<Claims>): claims is Claims {
  const { sub, username, roles, iat, exp } = claims;
  return (
    [sub, username].every((it) => typeof it === 'string' && it !== '') &&
    [iat, exp].every((it) => Number.isSafeInteger(it)) &&
    Array.isArray(roles) &&
    roles.every((it) => typeof it === 'string')
  );
}
