import type { Role, SessionUser } from 'nest-sessions';
import type { IDToken } from 'openid-client';

/** Roles that groups of the provider grant here. A group that is not listed grants nothing. */
const ROLE_OF_GROUP: ReadonlyMap<unknown, Role> = new Map([['analysts', 'reports:read']]);

/** Returns the user and the roles in an ID token. Only `sub` never changes, and never belongs to another user. */
export function userOfClaims({ sub, preferred_username: name, groups }: IDToken): {
  user: SessionUser;
  roles: Role[];
} {
  const username = typeof name === 'string' && name !== '' ? name : sub;
  const roles = Array.isArray(groups) ? groups.map((it) => ROLE_OF_GROUP.get(it)) : [];
  return { user: { id: sub, username }, roles: roles.filter((role) => role !== undefined) };
}
