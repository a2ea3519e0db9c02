import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { CHANNEL_LIMITS } from '../channels/channel-limits.token.js';
import type { ChannelLimits } from '../channels/channel.options.js';
import type { SessionException } from '../errors/session-exception.js';
import { type SessionTransport, SessionTransports } from '../guard/session-transports.js';
import { carrierOf } from '../source/request-session.js';
import type { TokenRequest } from '../token/token-headers.js';
import { ConnectionContext } from './connection.context.js';
import { noteDecision } from './decided-messages.js';
import { connectionOf } from './gateway-connection.js';
import { WsDenial } from './ws-denial.js';

/**
 * Credentials and denials of WebSocket gateways. A message carries the credentials of the handshake, so that its
 * session is looked up like the session of a request.
 */
@Injectable()
export class WebSocketTransport implements SessionTransport {
  constructor(
    transports: SessionTransports,
    @Inject(CHANNEL_LIMITS) private readonly limits: Pick<ChannelLimits, 'renewedBy'>,
  ) {
    transports.add('ws', this);
  }

  credentialsOf(context: ExecutionContext): TokenRequest | null {
    if (context instanceof ConnectionContext) return context.request;
    noteDecision(context);
    return connectionOf(carrierOf(context))?.request ?? null;
  }

  isUse(context: ExecutionContext): boolean {
    return context instanceof ConnectionContext
      ? context.isUse
      : this.limits.renewedBy !== 'opening';
  }

  exceptionOf(denial: SessionException): Error {
    return new WsDenial(denial);
  }

  answerOf(denial: SessionException): SessionException {
    return denial;
  }
}
