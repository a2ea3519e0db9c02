import { ConfigurableModuleBuilder, type Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { SESSION_GUARD } from './guard/session-guard.token.js';
import { SessionGuard } from './guard/session.guard.js';
import { SessionAuthorizer } from './roles/session-authorizer.js';
import type { SessionModuleOptions } from './options/session.options.js';

/** Settings outside the options, because Nest needs them before the options are computed. */
interface SessionModuleExtras {
  /**
   * The global guard: a subclass of {@link SessionGuard} that overrides some of its steps.
   * @default SessionGuard
   */
  guard?: Type<SessionGuard>;
  /**
   * Decides which sessions meet the requirements of a route: a subclass of {@link SessionAuthorizer}, for
   * example for wildcard roles. Its constructor may inject providers of global modules.
   * @default SessionAuthorizer
   */
  authorizer?: Type<SessionAuthorizer>;
}

export const {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN: SESSION_MODULE_OPTIONS,
  OPTIONS_TYPE,
  ASYNC_OPTIONS_TYPE,
} = new ConfigurableModuleBuilder<SessionModuleOptions>({ moduleName: 'Session' })
  .setClassMethodName('forRoot')
  .setExtras<SessionModuleExtras>(
    { guard: SessionGuard, authorizer: SessionAuthorizer },
    (definition, { guard = SessionGuard, authorizer = SessionAuthorizer }) => ({
      ...definition,
      global: true,
      // `useExisting`: with `useClass`, Nest's `overrideProvider()` does not find the guard.
      providers: [
        ...(definition.providers ?? []),
        { provide: SessionAuthorizer, useClass: authorizer },
        guard,
        { provide: APP_GUARD, useExisting: guard },
        { provide: SESSION_GUARD, useExisting: guard },
      ],
    }),
  )
  .build();
