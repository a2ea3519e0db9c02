/**
 * Guard of WebSocket gateways, whose connections end with their session.
 *
 * @module nest-sessions/websockets
 */

export { SessionWebSocketsModule } from './session-websockets.module.js';
export type { WebSocketsOptions } from './websockets.options.js';
