/**
 * Open channels, such as event streams and WebSockets, which end with their session.
 *
 * @module nest-sessions/channels
 */

export { type Channel, type ChannelConnection, type NewChannel } from './channel.js';
export type { ChannelOptions, ChannelUse } from './channel.options.js';
export { SessionChannels } from './session-channels.js';
export { SessionChannelsModule } from './session-channels.module.js';
export { withHeartbeats } from './with-heartbeats.js';
