import { Module } from '@nestjs/common';
import { WebSocketTransport } from './websocket.transport.js';

/**
 * Gives denials the form of WebSocket gateways, so that clients receive their `code`. Import it next to
 * `SessionModule`.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     SessionModule.forRoot({ redis: process.env.REDIS_URL }),
 *     SessionWebSocketsModule,
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Module({ providers: [WebSocketTransport] })
export class SessionWebSocketsModule {}
