import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { ChannelRegistryModule } from '../channels/channel-registry.module.js';
import { ConnectionAdmission } from './connection.admission.js';
import { ConnectionOwner } from './connection-owner.js';
import { GatewayDirectory } from './gateway-directory.js';
import { GatewayMessageInterceptor } from './gateway-message.interceptor.js';
import { GatewayMessages } from './gateway-messages.js';
import { GatewayServers } from './gateway-servers.js';
import { SESSION_WEB_SOCKETS_MODULE_OPTIONS } from './session-websockets.module-definition.js';
import { SocketIoEngineGuard } from './socket-io-engine.guard.js';
import { SocketIoNamespaceGuard } from './socket-io-namespace.guard.js';
import { SocketIoRecovery } from './socket-io.recovery.js';
import { SocketIoServerGuard } from './socket-io-server.guard.js';
import { WEB_SOCKETS_SETTINGS } from './websockets-settings.token.js';
import { type WebSocketsOptions, webSocketsSettingsOf } from './websockets.options.js';
import { WebSocketTransport } from './websocket.transport.js';
import { WsServerGuard } from './ws-server.guard.js';

/** Guard of the application's gateways. It exists once, with or without the options of its module. */
@Module({
  imports: [ChannelRegistryModule, DiscoveryModule],
  providers: [
    {
      provide: WEB_SOCKETS_SETTINGS,
      inject: [{ token: SESSION_WEB_SOCKETS_MODULE_OPTIONS, optional: true }],
      useFactory: (options: WebSocketsOptions = {}) => webSocketsSettingsOf(options),
    },
    WebSocketTransport,
    GatewayDirectory,
    ConnectionAdmission,
    ConnectionOwner,
    WsServerGuard,
    SocketIoEngineGuard,
    SocketIoNamespaceGuard,
    SocketIoRecovery,
    SocketIoServerGuard,
    GatewayServers,
    GatewayMessages,
    GatewayMessageInterceptor,
    { provide: APP_INTERCEPTOR, useExisting: GatewayMessageInterceptor },
  ],
})
export class GuardedGatewaysModule {}
