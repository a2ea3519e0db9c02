import { IncomingMessage } from 'node:http';
import { EventEmitter } from 'node:events';

/** Names of fields that carry secrets, in any letter case, with and without hyphens and underscores. */
const SECRET =
  /^(authorization|proxyauthorization|cookie|setcookie|authenticationinfo|password|currentpassword|newpassword|passwordhash|token|secret|privatekey|xsessioncall|xsessionidentity)$/;

const CENSORED = '[secret]';

/** Deeper levels and further entries are left out: no intended log entry has them. */
const MAX_DEPTH = 6;
const MAX_ENTRIES = 100;

/**
 * Returns a copy of a log entry without sensitive content. The values of fields with secret names are
 * replaced. Requests, sockets and other live objects are reduced to their class. Of an error, type, message,
 * stack, code and cause remain: database and Redis clients put parameters and whole commands on their errors.
 */
export function withoutSecrets(entry: Record<string, unknown>): Record<string, unknown> {
  return cleanFields(entry, MAX_DEPTH);
}

function clean(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return '[deep]';
  if (Array.isArray(value)) {
    return value.slice(0, MAX_ENTRIES).map((item: unknown) => clean(item, depth - 1));
  }
  if (value instanceof Error) return cleanError(value, depth);
  if (value instanceof Date) return value;
  // Field names do not reveal secrets in a request's URL and raw headers; other live objects hold sockets.
  if (value instanceof IncomingMessage || value instanceof EventEmitter) return nameOf(value);
  if (ArrayBuffer.isView(value) || value instanceof Map || value instanceof Set) {
    return nameOf(value);
  }
  return cleanFields(value, depth);
}

function cleanFields(value: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(value).slice(0, MAX_ENTRIES);
  return Object.fromEntries(
    entries.map(([name, field]) => [
      name,
      SECRET.test(name.toLowerCase().replaceAll(/[-_]/g, '')) && field !== undefined
        ? CENSORED
        : clean(field, depth - 1),
    ]),
  );
}

function cleanError(error: Error, depth: number): object {
  const { message, stack, cause } = error;
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    message,
    stack,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(cause === undefined ? {} : { cause: clean(cause, depth - 1) }),
  };
}

function nameOf(value: object): string {
  return `[${value.constructor.name}]`;
}
