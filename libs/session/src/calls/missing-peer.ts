import { SessionOptionsError } from '../errors/session-options.error.js';

/** Codes of Node.js for a package that is not installed, in CommonJS and in ES modules. */
const NOT_FOUND = ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'];

/**
 * Returns an error with the command that installs a missing package. Returns any other error unchanged.
 *
 * @param error Failure to load the package.
 * @param transport Transport that needs the package, such as `'gRPC'`.
 */
export function installationError(error: unknown, name: string, transport: string): Error {
  const failure = error as NodeJS.ErrnoException;
  const { code = '', message } = failure;
  // A package that is installed may miss a package of its own.
  if (!NOT_FOUND.includes(code) || !message.includes(`'${name}'`)) return failure;
  return new SessionOptionsError(
    `nest-sessions/calls needs the package ${name} for ${transport}. Run: npm install ${name}`,
  );
}
