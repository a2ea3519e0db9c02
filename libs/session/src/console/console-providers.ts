import { Injectable, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { providedIn } from '../common/provided-in.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { SessionManager } from '../issuer/session.manager.js';

/** Providers of the application's modules, in whichever module they are. */
@Injectable()
export class ConsoleProviders {
  constructor(private readonly modules: ModuleRef) {}

  /** @throws SessionOptionsError when the application does not issue sessions */
  onModuleInit(): void {
    this.require(SessionManager);
  }

  /** @throws SessionOptionsError naming the module to import */
  require<T>(token: Type<T>): T {
    const found = this.find(token);
    if (found !== null) return found;
    throw new SessionOptionsError(
      "SessionConsoleModule lists and ends sessions. Import SessionIssuerModule from 'nest-sessions/issuer' in the same application.",
    );
  }

  /** Returns a provider; `null` when the application has not imported its module. */
  find<T>(token: abstract new (...args: never[]) => T): T | null {
    return providedIn(this.modules, token);
  }
}
