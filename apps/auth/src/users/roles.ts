/**
 * Pattern of one role. The colon is for roles such as `orders:write`; the services give roles their meaning.
 */
export const ROLE_PATTERN = /^[A-Za-z0-9:._-]{1,64}$/;

export const MAX_ROLES = 32;

export const ROLES_RULE =
  `roles are a list of at most ${MAX_ROLES} different names, ` +
  'each of 1 to 64 ASCII letters, digits or any of : . _ -';

export function isRoleList(value: unknown): value is string[] {
  // Array.from fills holes, which every() would skip.
  return (
    Array.isArray(value) &&
    value.length <= MAX_ROLES &&
    Array.from(value).every((role) => typeof role === 'string' && ROLE_PATTERN.test(role)) &&
    new Set(value).size === value.length
  );
}
