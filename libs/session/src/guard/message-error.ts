import type { SessionException } from '../errors/session-exception.js';

/** Returns the error object that a denied message is answered with. */
export function messageErrorOf({ code, detail: message, members }: SessionException): object {
  return { status: 'error', code, message, ...members };
}
