import { SetMetadata, type CustomDecorator } from '@nestjs/common';

/** Metadata key of routes that accept a session from any client. */
export const ACCEPTS_CHANGED_CLIENT_METADATA = 'nest-sessions:accepts-changed-client';

/**
 * Opens a route, or every route of a controller, to a session that `SessionBindingModule` rejects: another
 * client uses it than the client that signed in. For the route on which the user re-authenticates. The
 * session and its roles are still required.
 *
 * @example
 * ```ts
 * @AcceptsChangedClient()
 * @Post('re-authenticate')
 * reauthenticate(@CurrentSession() session: Session) {
 *   return { user: session.user.username };
 * }
 * ```
 */
export function AcceptsChangedClient(): CustomDecorator {
  return SetMetadata(ACCEPTS_CHANGED_CLIENT_METADATA, true);
}
