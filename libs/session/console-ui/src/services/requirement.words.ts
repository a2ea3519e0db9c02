import type { RouteView } from '../api/views';
import { durationWords } from '../words/duration.words';

export interface Requirement {
  readonly text: string;
  readonly isWarning: boolean;
}

/** Returns what a route requires, in words. @param requiredRole Role that the whole service requires. */
export function requirementWords(route: RouteView, requiredRole: string | null): Requirement[] {
  const requirements: Requirement[] = [];
  const add = (text: string, isWarning = false) => requirements.push({ text, isWarning });
  if (route.isPublic) {
    add('public');
  } else {
    if (requiredRole !== null) add(requiredRole);
    const others = route.anyOf.filter((role) => role !== requiredRole);
    if (others.length > 0) add(others.join(' or '));
    if (requiredRole === null && others.length === 0) add('a session');
    if (route.maxAge !== undefined) add(`sign-in within ${durationWords(route.maxAge)}`);
    if (route.isFresh) add('read without cache');
  }
  if (route.isConditional) add('depends on headers');
  if (route.isUnsupported) add('refused by gateways', true);
  if (route.alsoIn.length > 0) add(`also in ${route.alsoIn.join(', ')}`, true);
  return requirements;
}
