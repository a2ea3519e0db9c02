import { isatty } from 'node:tty';
import pino from 'pino';
import { printable } from './printable';
import { readable } from './readable';

const STDOUT = 1;

/**
 * Returns standard output as a synchronous stream: lines that were logged before the process ends are never
 * lost, however it ends.
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
