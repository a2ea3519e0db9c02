import { Module } from '@nestjs/common';
import { ConsoleActivity } from './console-activity.js';
import { ConsoleHealth } from './console-health.js';
import { CONSOLE_CONFIG } from './console-config.token.js';
import { consoleSettingsOf, type SessionConsoleOptions } from './console.options.js';
import { ConsolePages } from './console-pages.js';
import {
  ConfigurableModuleClass,
  SESSION_CONSOLE_MODULE_OPTIONS,
} from './session-console.module-definition.js';

/**
 * Console in the browser: users see and end their own sessions, administrators those of all users. Import it in the
 * app that signs users in. The page calls the routes of the application that the options name, with the cookie of
 * the user: every rule of these routes applies.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     SessionModule.forRoot({ redis: process.env.REDIS_URL }),
 *     SessionConsoleModule.forRoot({
 *       route: '/sessions',
 *       signIn: '/auth/login',
 *       signOut: '/auth/logout',
 *       account: '/auth',
 *       api: '/admin',
 *     }),
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Module({
  providers: [
    ConsoleHealth,
    ConsoleActivity,
    {
      provide: CONSOLE_CONFIG,
      inject: [SESSION_CONSOLE_MODULE_OPTIONS],
      useFactory: (options: SessionConsoleOptions) => consoleSettingsOf(options).config,
    },
    {
      provide: ConsolePages,
      inject: [SESSION_CONSOLE_MODULE_OPTIONS],
      useFactory: (options: SessionConsoleOptions) =>
        ConsolePages.read(consoleSettingsOf(options).pages),
    },
  ],
})
export class SessionConsoleModule extends ConfigurableModuleClass {}
