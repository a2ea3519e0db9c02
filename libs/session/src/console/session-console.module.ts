import { Module } from '@nestjs/common';
import { ChannelRegistryModule } from '../channels/channel-registry.module.js';
import { ConsoleActivity } from './console-activity.js';
import { ConsoleHealth } from './console-health.js';
import { CONSOLE_MOUNT } from './console-mount.token.js';
import { CONSOLE_SETTINGS } from './console-settings.token.js';
import { type ConsoleSettings, consoleSettingsOf } from './console.options.js';
import { ConsolePages } from './console-pages.js';
import { ConsoleProviders } from './console-providers.js';
import { RevocationLag } from './revocation-lag.js';
import {
  ConfigurableModuleClass,
  SESSION_CONSOLE_MODULE_OPTIONS,
} from './session-console.module-definition.js';

/**
 * Console in the browser: users see and end their own sessions, administrators those of all users. Import it in the
 * app that signs users in, which imports `SessionIssuerModule`. The pages hold no data; their calls need the session
 * of the user, the role of administrators, and a recent sign-in to end sessions.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     SessionModule.forRoot({ redis: process.env.REDIS_URL }),
 *     SessionIssuerModule.forRoot({}),
 *     SessionConsoleModule.forRoot({ route: '/sessions', signIn: '/login' }),
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Module({
  // Event streams end with the session.
  imports: [ChannelRegistryModule],
  providers: [
    ConsoleProviders,
    ConsoleHealth,
    ConsoleActivity,
    RevocationLag,
    {
      provide: CONSOLE_SETTINGS,
      inject: [SESSION_CONSOLE_MODULE_OPTIONS, CONSOLE_MOUNT],
      useFactory: consoleSettingsOf,
    },
    {
      provide: ConsolePages,
      inject: [CONSOLE_SETTINGS],
      useFactory: ({ pages }: ConsoleSettings) => ConsolePages.read(pages),
    },
  ],
})
export class SessionConsoleModule extends ConfigurableModuleClass {}
