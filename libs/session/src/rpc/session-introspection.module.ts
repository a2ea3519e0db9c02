import { Module } from '@nestjs/common';
import { SessionIntrospection } from './session-introspection.js';
import { SessionIntrospectionController } from './session-introspection.controller.js';
import { SessionIntrospectionGrpcController } from './session-introspection.grpc.controller.js';

/**
 * Answers the services that have no Redis (`SessionRpcModule`), on each transport that the app listens on.
 * Import it next to `SessionModule` and `SessionCallsModule`. It authorizes services only: it
 * rejects users, whatever their roles, and calls without a signature.
 *
 * Connect each microservice with `inheritAppConfig: true`. Without it, no guard runs.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     SessionModule.forRoot({ redis: process.env.REDIS_URL, service: 'auth' }),
 *     SessionCallsModule.forRoot({ secret: process.env.CALL_SECRET }),
 *     SessionIntrospectionModule,
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
@Module({
  controllers: [SessionIntrospectionController, SessionIntrospectionGrpcController],
  providers: [SessionIntrospection],
})
export class SessionIntrospectionModule {}
