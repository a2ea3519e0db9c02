import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { SecurityLog } from 'nest-sessions';
import type { ServiceLogger } from '../logging/service.logger';
import { clientErrorStatus } from './answer-client-error';
import { problemOf } from './problem';
import { isRefusal } from './refusals';

/** Writes down what Node.js could not read as a request: no filter sees it. */
export function tellClientErrors(server: Server, logger: ServiceLogger, audit: SecurityLog): void {
  // Before the one who answers and may end the connection, whose address is then gone.
  server.prependListener('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const status = clientErrorStatus(error);
    // A client that goes away, or dawdles, sends nothing odd.
    if (error.code === 'ECONNRESET' || !isRefusal(status)) return;
    const { code } = problemOf(status);
    logger.aboutConnection(socket.remoteAddress, () => {
      audit.record({ event: 'request.refused', outcome: 'failure', status, code });
    });
  });
}
