import { WsException } from '@nestjs/websockets';
import type { SessionException } from '../errors/session-exception.js';

/** Denial in the form of a WebSocket gateway: any Nest exception filter sends it to the client. */
export class WsDenial extends WsException {
  constructor(readonly denial: SessionException) {
    const { code, detail: message, members } = denial;
    super({ status: 'error', code, message, ...members });
    this.message = denial.message;
  }
}
