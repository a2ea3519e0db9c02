import { type ArgumentsHost, type ExecutionContext, Injectable } from '@nestjs/common';
import { throwError } from 'rxjs';
import type { SessionException } from '../errors/session-exception.js';
import { type SessionTransport, SessionTransports } from '../guard/session-transports.js';
import type { TokenRequest } from '../token/token-headers.js';
import { openMessage } from './message-request.js';
import { messageErrorOn, RpcDenial } from './rpc-denial.js';

/** Credentials and denials of Nest's microservice transports. */
@Injectable()
export class MessageTransport implements SessionTransport {
  constructor(transports: SessionTransports) {
    transports.add('rpc', this);
  }

  credentialsOf(context: ExecutionContext): TokenRequest {
    return openMessage(context);
  }

  exceptionOf(denial: SessionException, host: ArgumentsHost): Error {
    return new RpcDenial(messageErrorOn(denial, host), denial);
  }

  answerOf(denial: SessionException, host: ArgumentsHost): unknown {
    return throwError(() => messageErrorOn(denial, host));
  }
}
