import { type Session, SessionAuthorizer } from 'nest-sessions';

/** A role that ends in `:*` stands for all roles with that beginning: `orders:*` for `orders:write`. */
export class WildcardAuthorizer extends SessionAuthorizer {
  protected override hasRole({ roles }: Session, role: string): boolean {
    return roles.some((own) =>
      own.endsWith(':*') ? role.startsWith(own.slice(0, -1)) : own === role,
    );
  }
}
