import type { BindingSignal } from '../binding/binding-signal.js';
import { SessionOptionsError } from '../errors/session-options.error.js';

const REACTIONS = ['off', 'report', 'reauthenticate'] as const;

/** What follows from a change: nothing, a report, or that the user has to prove again who they are. */
export type BindingReaction = (typeof REACTIONS)[number];

/**
 * What is made of a session's token in the hands of another client than the one that signed in. A thief
 * who knows the user's browser can send the same name of it: this makes stolen tokens harder to use and
 * easier to notice, and no more.
 */
export interface BindingOptions {
  /**
   * When the browser or its operating system is another one. Versions do not count, nor whether a phone
   * or tablet asks for the desktop's page.
   * @default 'off'
   */
  userAgent?: BindingReaction;
  /**
   * When the address is in another network (IPv4 /16, IPv6 /32). Phones change theirs all the time, so
   * that `'reauthenticate'` refuses only what comes from another network and another user agent at once;
   * each alone is what `userAgent` says, and a report.
   * @default 'off'
   */
  network?: BindingReaction;
  /**
   * Told of each change once per session and process, as the log is. What it throws is logged and holds
   * up nothing.
   */
  onSignal?: (signal: BindingSignal) => void | Promise<void>;
}

/** The same with every default filled in. */
export type BindingRules = Readonly<
  Required<Pick<BindingOptions, 'userAgent' | 'network'>> & Pick<BindingOptions, 'onSignal'>
>;

/**
 * @returns `null` when nothing is to be looked at
 * @throws SessionOptionsError naming the option and what it should be
 */
export function bindingRulesOf(option: BindingOptions = {}): BindingRules | null {
  const { userAgent = 'off', network = 'off', onSignal } = option;
  requireReaction('binding.userAgent', userAgent);
  requireReaction('binding.network', network);
  if (userAgent === 'off' && network === 'off') return null;
  return { userAgent, network, ...(onSignal && { onSignal }) };
}

function requireReaction(name: string, value: BindingReaction): void {
  if (REACTIONS.includes(value)) return;
  throw new SessionOptionsError(
    `${name}: '${value}' is unknown. Give 'off', 'report' or 'reauthenticate'.`,
  );
}
