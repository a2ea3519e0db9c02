import { type Session, SessionAuthorizer, type TokenRequest } from 'nest-sessions';

/** Roles such as `acme/orders`: a user has them in the tenant that the request names. */
export class TenantAuthorizer extends SessionAuthorizer {
  protected override hasRole(session: Session, role: string, request: TokenRequest): boolean {
    const tenant = (request.headers as Record<string, unknown>)['x-tenant'];
    return typeof tenant === 'string' && session.hasRole(`${tenant}/${role}`);
  }
}
