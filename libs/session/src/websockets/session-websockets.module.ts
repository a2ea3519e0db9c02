import { Module } from '@nestjs/common';
import { GuardedGatewaysModule } from './guarded-gateways.module.js';
import { ConfigurableModuleClass } from './session-websockets.module-definition.js';

/**
 * Guards every WebSocket gateway of the application, of `@nestjs/platform-ws` and
 * `@nestjs/platform-socket.io`. Import it next to `SessionModule`, with or without options.
 *
 * - A handshake without a session or a role is refused before the upgrade, with the status and the problem of a
 *   request. A page of another origin cannot connect with the user's cookie.
 * - `@Roles()`, `@Public()` and the other decorators hold at the class for the connection, and at each
 *   `@SubscribeMessage()`, whose session is looked up like the session of a request.
 * - An open connection ends with its session.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     SessionModule.forRoot({ redis: process.env.REDIS_URL }),
 *     SessionWebSocketsModule,
 *   ],
 *   providers: [NotesGateway],
 * })
 * export class AppModule {}
 * ```
 */
@Module({ imports: [GuardedGatewaysModule] })
export class SessionWebSocketsModule extends ConfigurableModuleClass {}
