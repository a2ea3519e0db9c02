import type { SessionChannels } from '../channels/session-channels.js';
import type { SessionException } from '../errors/session-exception.js';
import type { Session } from '../session/session.js';
import type { TokenRequest } from '../token/token-headers.js';
import { closeCodeOf } from './close-code.js';
import { GatewayConnection } from './gateway-connection.js';
import type { MessageHandling } from './message-handling.js';
import type { WebSocketsSettings } from './websockets.options.js';
import type { WsClient } from './ws.types.js';

/** Plain WebSocket of `@nestjs/platform-ws`. */
export class WsConnection extends GatewayConnection {
  constructor(
    channels: SessionChannels,
    messages: MessageHandling,
    credentials: TokenRequest,
    session: Session | null,
    private readonly client: WsClient,
    private readonly settings: WebSocketsSettings,
  ) {
    super(channels, messages, credentials, session);
  }

  terminate(): void {
    this.client.terminate();
  }

  protected sendClose(reason: SessionException): void {
    this.client.close(closeCodeOf(reason.getStatus(), this.settings.closeCodes), reason.code);
  }
}
