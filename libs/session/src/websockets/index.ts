export { SessionWebSocketsModule } from './session-websockets.module.js';
