import { type CanActivate, Injectable } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Credentials, Protection } from '../protection';

/** Unused cookies: the server must read as many bytes as with a session. */
const COOKIES = { cookie: `theme=dark; __Host-sid=${'A'.repeat(43)}; locale=en-GB` };

const UNUSED: Credentials = { valid: COOKIES, withoutRole: COOKIES };

/** No protection: the cost of the framework alone. */
export function none(): Promise<Protection> {
  return Promise.resolve({ module: {}, credentials: () => Promise.resolve(UNUSED) });
}

@Injectable()
class TrueGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

/** A guard that authorizes every request: the cost of a guard. */
export function guardTrue(): Promise<Protection> {
  return Promise.resolve({
    module: { providers: [{ provide: APP_GUARD, useClass: TrueGuard }] },
    credentials: () => Promise.resolve(UNUSED),
  });
}
