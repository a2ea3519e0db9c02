import { type CanActivate, Injectable } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Credentials, Protection } from '../protection';

/** Nobody looks at them, but the server has as many bytes to read as with a session. */
const COOKIES = { cookie: `theme=dark; __Host-sid=${'A'.repeat(43)}; locale=en-GB` };

const NOBODY: Credentials = { valid: COOKIES, withoutRole: COOKIES };

/** No protection: what the framework costs by itself. */
export function none(): Promise<Protection> {
  return Promise.resolve({ module: {}, credentials: () => Promise.resolve(NOBODY) });
}

@Injectable()
class TrueGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

/** A guard that lets everybody in: what having a guard costs. */
export function guardTrue(): Promise<Protection> {
  return Promise.resolve({
    module: { providers: [{ provide: APP_GUARD, useClass: TrueGuard }] },
    credentials: () => Promise.resolve(NOBODY),
  });
}
