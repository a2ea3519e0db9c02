import { Module } from '@nestjs/common';
import { SessionIntrospection } from './session-introspection.js';
import { SessionIntrospectionController } from './session-introspection.controller.js';
import { SessionIntrospectionGrpcController } from './session-introspection.grpc.controller.js';

/**
 * Answers the services that have no Redis (`SessionRpcModule`), on each transport that the app listens on.
 * Import it next to `SessionModule` and `SessionCallsModule`. It admits services only: it
 * rejects users, whatever their roles, and calls without a signature.
 *
 * ```ts
 * app.connectMicroservice(options, { inheritAppConfig: true }); // without it, no guard runs
 * ```
 */
@Module({
  controllers: [SessionIntrospectionController, SessionIntrospectionGrpcController],
  providers: [SessionIntrospection],
})
export class SessionIntrospectionModule {}
