import type { Writable } from 'node:stream';
import { type SecurityEvent, SecurityLog } from 'nest-sessions/audit';
import pino from 'pino';
import { lineFormat } from './line-format';
import { printable } from './printable';

/**
 * Security log of a command: one JSON object a line, as services write it in production. It holds only
 * events.
 */
export class CommandSecurityLog extends SecurityLog {
  readonly #logger: pino.Logger;

  /**
   * @param name Name of the command, in the field of a service's name.
   * @param stream Must not be the stream on which the command writes its results.
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
