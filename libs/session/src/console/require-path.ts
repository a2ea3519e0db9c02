import { SessionOptionsError } from '../errors/session-options.error.js';

/** A path without an origin: the page sends passwords and cookies there. */
const PATH = /^\/(?!\/)[\w\-./~%]*$/;

/** @throws SessionOptionsError for a text that is no path of the application */
export function requirePath(option: string, path: string | undefined): void {
  if (path !== undefined && PATH.test(path)) return;
  throw new SessionOptionsError(
    `${option} must be a path of this application such as '/auth/login', got '${String(path)}'.`,
  );
}
