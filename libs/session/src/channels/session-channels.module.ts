import { Module } from '@nestjs/common';
import { ChannelRegistryModule } from './channel-registry.module.js';
import { ConfigurableModuleClass } from './session-channels.module-definition.js';

/**
 * Ends open channels with their session: `@Sse()` streams, and the channels of `SessionWebSocketsModule` and
 * `SessionGraphqlModule`. Those modules need it only for its options.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     SessionModule.forRoot({ redis: process.env.REDIS_URL }),
 *     SessionChannelsModule.forRoot({ closeWithin: '10s' }),
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Module({ imports: [ChannelRegistryModule] })
export class SessionChannelsModule extends ConfigurableModuleClass {}
