import { IncomingMessage } from 'node:http';
import { EventEmitter } from 'node:events';

/** Names under which secrets travel, in whichever letters, with and without hyphens. */
const SECRET =
  /^(authorization|proxyauthorization|cookie|setcookie|authenticationinfo|password|currentpassword|newpassword|passwordhash|token|secret|privatekey|xsessioncall|xsessionidentity)$/;

const CENSORED = '[secret]';

/** What is deeper, or more, is left out: nothing that is logged on purpose is. */
const MAX_DEPTH = 6;
const MAX_ENTRIES = 100;

/**
 * A copy of what is to be logged, without what must not be: the values of fields that are called as
 * secrets are, all of requests, sockets and other live objects, and all of an error but what it says.
 * (Database and Redis clients put parameters and whole commands on their errors.)
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
  // A request's URL and raw headers have no names that tell; the rest of what lives holds sockets.
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
