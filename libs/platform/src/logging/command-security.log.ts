import type { Writable } from 'node:stream';
import { type SecurityEvent, SecurityLog } from 'nest-sessions';
import pino from 'pino';
import { lineFormat } from './line-format';
import { printable } from './printable';

/**
 * The security log of a command line: one JSON object a line, as services have it in production, and nothing
 * that is no event.
 */
export class CommandSecurityLog extends SecurityLog {
  readonly #logger: pino.Logger;

  /**
   * @param name Stands where a service's name does.
   * @param stream Not the one on which the command gives its results.
   */
  constructor(name: string, stream: Writable) {
    super();
    this.#logger = pino(lineFormat(name), {
      write: (line) => {
        stream.write(printable(line));
      },
    });
  }

  override record(event: SecurityEvent): void {
    this.#logger.info({ context: 'Security', ...event });
  }
}
