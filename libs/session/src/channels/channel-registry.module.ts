import { Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { SessionEventLogModule } from '../events/session-event-log.module.js';
import { CHANNEL_LIMITS } from './channel-limits.token.js';
import { type ChannelOptions, channelLimitsOf } from './channel.options.js';
import { ChannelSignals } from './channel-signals.js';
import { SESSION_CHANNELS_MODULE_OPTIONS } from './session-channels.module-definition.js';
import { SessionChannels } from './session-channels.js';
import { SessionVerifier } from './session-verifier.js';
import { SseChannelInterceptor } from './sse-channel.interceptor.js';

/**
 * Open channels of an application. Every module with channels imports it, with or without the options of
 * `SessionChannelsModule`.
 */
@Global()
@Module({
  imports: [SessionEventLogModule],
  providers: [
    {
      provide: CHANNEL_LIMITS,
      inject: [{ token: SESSION_CHANNELS_MODULE_OPTIONS, optional: true }],
      useFactory: (options: ChannelOptions = {}) => channelLimitsOf(options),
    },
    SessionVerifier,
    SessionChannels,
    ChannelSignals,
    { provide: APP_INTERCEPTOR, useClass: SseChannelInterceptor },
  ],
  exports: [CHANNEL_LIMITS, SessionChannels],
})
export class ChannelRegistryModule {}
