import { Module } from '@nestjs/common';
import { SessionIntrospection } from './session-introspection.js';
import { SessionIntrospectionController } from './session-introspection.controller.js';
import { SessionIntrospectionGrpcController } from './session-introspection.grpc.controller.js';

/**
 * Has a service answer those that have no Redis (`source: 'rpc'`), on each transport that it listens on.
 * It stands beside `SessionModule`, which needs `service` and `calls`, and is for services alone: no user,
 * whatever their roles, and nobody who does not sign their calls is let in.
 *
 * ```ts
 * app.connectMicroservice(options, { inheritAppConfig: true }); // without it no guard would run
 * ```
 */
@Module({
  controllers: [SessionIntrospectionController, SessionIntrospectionGrpcController],
  providers: [SessionIntrospection],
})
export class SessionIntrospectionModule {}
