import pino from 'pino';
import { withoutSecrets } from './without-secrets';

/** How a line begins, whoever writes it, and what is in none. */
export function lineFormat(service: string) {
  return {
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level: string) => ({ level }), log: withoutSecrets },
  } satisfies pino.LoggerOptions;
}
