import pino from 'pino';
import { withoutSecrets } from './without-secrets';

/** Returns the format that all log lines share: their first fields, and no secrets. */
export function lineFormat(service: string) {
  return {
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level: string) => ({ level }), log: withoutSecrets },
  } satisfies pino.LoggerOptions;
}
