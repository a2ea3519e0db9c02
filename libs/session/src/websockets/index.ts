/**
 * Denials in the form of WebSocket gateways.
 *
 * @module nest-sessions/websockets
 */

export { SessionWebSocketsModule } from './session-websockets.module.js';
