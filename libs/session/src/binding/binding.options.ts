import type { BindingSignal } from './binding-signal.js';
import { SessionOptionsError } from '../errors/session-options.error.js';

const REACTIONS = ['off', 'report', 'reauthenticate'] as const;

/** Reaction to a change: none, a report, or a required re-authentication. */
export type BindingReaction = (typeof REACTIONS)[number];

/**
 * Reactions to a session's token in the hands of another client than the client that signed in. A thief who
 * knows the user's browser can send the same user agent: this makes stolen tokens harder to use and easier to
 * notice, and no more.
 */
export interface BindingOptions {
  /**
   * Reaction to another browser or operating system. Versions do not count, nor whether a phone or tablet
   * requests the desktop page.
   * @default 'off'
   */
  userAgent?: BindingReaction;
  /**
   * Reaction to an address in another network (IPv4 /16, IPv6 /32). Phones change networks all the time, so
   * `'reauthenticate'` rejects only a request from another network with another user agent. A change of the
   * user agent alone is handled as `userAgent` defines, a change of the network alone is reported.
   * @default 'off'
   */
  network?: BindingReaction;
  /**
   * Called for each change once per session and process, like the log. An error that it throws is logged and
   * delays nothing.
   * @default undefined (the log alone)
   */
  onSignal?: (signal: BindingSignal) => void | Promise<void>;
}

/** {@link BindingOptions} with every default filled in. */
export type BindingRules = Readonly<
  Required<Pick<BindingOptions, 'userAgent' | 'network'>> & Pick<BindingOptions, 'onSignal'>
>;

/**
 * @throws SessionOptionsError naming the option and its expected value
 */
export function bindingRulesOf({
  userAgent = 'off',
  network = 'off',
  onSignal,
}: BindingOptions): BindingRules {
  requireReaction('userAgent', userAgent);
  requireReaction('network', network);
  return { userAgent, network, ...(onSignal && { onSignal }) };
}

function requireReaction(name: string, value: BindingReaction): void {
  if (REACTIONS.includes(value)) return;
  throw new SessionOptionsError(
    `${name} must be 'off', 'report' or 'reauthenticate', got '${value}'.`,
  );
}
