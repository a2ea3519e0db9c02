import { SessionOptionsError } from '../errors/session-options.error.js';

/**
 * Refuses options that a module does not have: a misspelt option would be ignored.
 *
 * @param others Given options, without those that the module has.
 * @param known Names of the module's options, for the error.
 * @throws SessionOptionsError naming the first of the others
 */
export function refuseOtherOptions(
  module: string,
  others: object,
  known: readonly [string, ...string[]],
): void {
  const [name] = Object.keys(others);
  if (name === undefined) return;
  const list = known.length === 1 ? `option is ${known[0]}` : `options are ${known.join(', ')}`;
  throw new SessionOptionsError(`${module} has no option '${name}'. Its ${list}.`);
}
