import { SessionOptionsError } from '../errors/session-options.error.js';

/** Part of a Redis key, and of the key pattern in a Redis user's rights. */
const SERVICE_NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/**
 * Whether a text is a valid service name.
 *
 * @example
 * isServiceName('orders'); // true
 */
export function isServiceName(name: string): boolean {
  return SERVICE_NAME.test(name);
}

/** @throws SessionOptionsError when the name is not a valid service name */
export function requireServiceName(option: string, name: string): void {
  if (isServiceName(name)) return;
  throw new SessionOptionsError(
    `${option}: '${name}' is not a valid service name. Use lower-case letters, digits and '-', such as 'orders'.`,
  );
}
