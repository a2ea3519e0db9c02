import type { BadgeTone } from '../ui/badge';

const DECISIONS: Readonly<Record<string, readonly [tone: BadgeTone, text: string]>> = {
  authorized: ['good', 'Yes'],
  public: ['good', 'Yes, without a session'],
  'reauthentication-required': ['attention', 'After a recent sign-in'],
  'role-required': ['bad', 'No: a role is missing'],
  unsupported: ['bad', 'No: gateways refuse the route'],
  ambiguous: ['bad', 'No: several services have the route'],
};

/** Returns a decision in words. An unknown decision is shown as it is, and never as a yes. */
export function decisionWords(decision: string): readonly [tone: BadgeTone, text: string] {
  const known = Object.hasOwn(DECISIONS, decision) ? DECISIONS[decision] : undefined;
  return known ?? ['bad', `No: ${decision}`];
}
