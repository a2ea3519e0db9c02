import { WsException } from '@nestjs/websockets';
import type { SessionException } from '../errors/session-exception.js';
import { messageErrorOf } from '../guard/message-error.js';

/** Denial in the form of a WebSocket gateway: any Nest exception filter sends it to the client. */
export class WsDenial extends WsException {
  constructor(readonly denial: SessionException) {
    super(messageErrorOf(denial));
    this.message = denial.message;
  }
}
