import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ThrowawayAppOptions {
  /** JavaScript that runs before the app listens, with `server` and `print` in scope. */
  readonly before?: string;
  /** Environment variable that holds the port. @default PORT */
  readonly portVariable?: string;
  /** JavaScript expression for the status of `/health/ready`; `asked` counts the calls. @default 200 */
  readonly status?: string;
}

/**
 * Writes a program that behaves like the apps towards its parent process. It is ready, ends in order on
 * SIGTERM, and ends when its IPC channel is closed.
 *
 * @returns path of the file
 */
export function writeThrowawayApp(
  folder: string,
  name: string,
  { before = '', portVariable = 'PORT', status = '200' }: ThrowawayAppOptions = {},
): string {
  const file = join(folder, `${name}.cjs`);
  writeFileSync(
    file,
    `
    const print = console.log;
    let asked = 0;
    const server = require('node:http').createServer((request, response) => {
      asked += 1;
      response.statusCode = request.url === '/health/ready' ? ${status} : 404;
      response.end();
    });
    process.on('disconnect', () => process.exit());
    process.on('SIGTERM', () => {
      print('ends in order');
      process.exit();
    });
    ${before}
    server.listen(Number(process.env.${portVariable}), '127.0.0.1', () => {
      print('pid ' + process.pid);
    });
    `,
  );
  return file;
}
