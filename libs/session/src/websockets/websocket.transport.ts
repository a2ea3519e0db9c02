import { Injectable } from '@nestjs/common';
import type { SessionException } from '../errors/session-exception.js';
import { type SessionTransport, SessionTransports } from '../guard/session-transports.js';
import { WsDenial } from './ws-denial.js';

/** Denials of WebSocket gateways. Their messages carry no credentials, so only public handlers are open. */
@Injectable()
export class WebSocketTransport implements SessionTransport {
  constructor(transports: SessionTransports) {
    transports.add('ws', this);
  }

  credentialsOf(): null {
    return null;
  }

  exceptionOf(denial: SessionException): Error {
    return new WsDenial(denial);
  }

  answerOf(denial: SessionException): SessionException {
    return denial;
  }
}
