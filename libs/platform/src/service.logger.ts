import { isatty } from 'node:tty';
import { ConsoleLogger } from '@nestjs/common';

/** What Nest tells of every module and route as it starts: pages of it, and nothing to act on. */
const START_UP_CONTEXTS = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

const STDOUT = 1;

/** Nest's console logger under the service's name; one JSON object a line in production. */
export class ServiceLogger extends ConsoleLogger {
  constructor(name: string, isProduction: boolean) {
    super({
      prefix: name,
      json: isProduction,
      colors: !isProduction && isatty(STDOUT) && !process.env.NO_COLOR,
    });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context === 'string' && START_UP_CONTEXTS.has(context)) return;
    super.log(message, ...rest);
  }
}
