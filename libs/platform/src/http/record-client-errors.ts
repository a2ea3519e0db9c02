import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { SecurityLog } from 'nest-sessions/audit';
import type { ServiceLogger } from '../logging/service.logger';
import { clientErrorStatus } from './answer-client-error';
import { problemOf } from './problem';
import { isRefusal } from './refusals';

/** Records input that Node.js could not parse as a request, which no filter sees. */
export function recordClientErrors(
  server: Server,
  logger: ServiceLogger,
  audit: SecurityLog,
): void {
  // Runs before the listener that answers and may close the connection, which would lose its address.
  server.prependListener('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const status = clientErrorStatus(error);
    // A client that disconnects or is slow has sent nothing suspicious.
    if (error.code === 'ECONNRESET' || !isRefusal(status)) return;
    const { code } = problemOf(status);
    logger.aboutConnection(socket.remoteAddress, () => {
      audit.record({ event: 'request.refused', outcome: 'failure', status, code });
    });
  });
}
