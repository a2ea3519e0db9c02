import { AbilityBuilder, createMongoAbility, subject } from '@casl/ability';
import type { ExecutionContext } from '@nestjs/common';
import {
  type Role,
  Roles,
  type Session,
  SessionAuthorizer,
  type TokenRequest,
} from 'nest-sessions';

// #region casl
export const Can = (action: string, type: string) => Roles(`can:${action}:${type}` as Role);

/** Customers may update their own orders, support may read all. */
export function abilityOf({ user, roles }: Session) {
  const { can, build } = new AbilityBuilder(createMongoAbility);
  if (roles.includes('customer')) can('update', 'Order', { ownerId: user.id });
  if (roles.includes('support')) can('read', 'Order');
  return build();
}

export class CaslAuthorizer extends SessionAuthorizer {
  protected override hasRole(
    session: Session,
    role: string,
    request: TokenRequest,
    context?: ExecutionContext,
  ): boolean {
    const [kind, action = '', type = ''] = role.split(':');
    if (kind !== 'can') return super.hasRole(session, role, request, context);
    // A gateway does not know the order. It refuses users without any such permission.
    if (context === undefined) return abilityOf(session).can(action, type);
    const { params } = context.switchToHttp().getRequest<{ params: Record<string, string> }>();
    return abilityOf(session).can(action, subject(type, { ownerId: params.ownerId }));
  }
}
// #endregion casl
