import type { Session } from '../session/session';

const SESSION = Symbol('nest-sessions:session');

/** Notes on a request whose session it is served for. */
export function attachSession(request: object, session: Session): void {
  (request as { [SESSION]?: Session })[SESSION] = session;
}

/** The session that the guard let in with this request; `undefined` on public routes. */
export function sessionOf(request: object): Session | undefined {
  return (request as { [SESSION]?: Session })[SESSION];
}
