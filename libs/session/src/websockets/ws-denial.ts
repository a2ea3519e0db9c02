import { WsException } from '@nestjs/websockets';
import type { SessionException } from '../errors/session-exception.js';
import { messageErrorOf } from '../guard/message-error.js';

const errors = new WeakSet<object>();

/** Denial in the form of a WebSocket gateway: any Nest exception filter sends it to the client. */
export class WsDenial extends WsException {
  constructor(readonly denial: SessionException) {
    const error = messageErrorOf(denial);
    super(error);
    errors.add(error);
    this.message = denial.message;
  }

  /** Whether a value is the error that a denial sends to the client. */
  static isError(value: object): boolean {
    return errors.has(value);
  }
}
