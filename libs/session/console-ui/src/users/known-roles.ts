import type { ServiceView } from '../api/views';

/** Returns the roles that services require, and those of a user, in alphabetical order. */
export function knownRoles(services: readonly ServiceView[], others: readonly string[]): string[] {
  const required = services.flatMap(({ requiredRole, routes }) => [
    ...(requiredRole === null ? [] : [requiredRole]),
    ...routes.flatMap(({ anyOf }) => anyOf),
  ]);
  return [...new Set([...required, ...others])].sort((one, other) => one.localeCompare(other));
}
