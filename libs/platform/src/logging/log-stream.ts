import { isatty } from 'node:tty';
import pino from 'pino';
import { printable } from './printable';
import { readable } from './readable';

const STDOUT = 1;

/**
 * Standard output, written at once: what was logged before the process ends, however it ends, is there.
 */
export function logStream(isProduction: boolean): pino.DestinationStream {
  const stdout = pino.destination({ dest: STDOUT, sync: true });
  const format = isProduction ? printable : readable(isatty(STDOUT) && !process.env.NO_COLOR);
  return {
    write: (line) => {
      stdout.write(format(line));
    },
  };
}
