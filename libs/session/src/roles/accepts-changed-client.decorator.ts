import { SetMetadata, type CustomDecorator } from '@nestjs/common';

/** Metadata key of routes that are open to a session in whosever hands. */
export const ACCEPTS_CHANGED_CLIENT_METADATA = 'nest-sessions:accepts-changed-client';

/**
 * Keeps a route, or every route of a controller, open where the `binding` option refuses a session that
 * another client uses than the one that signed in: for the route on which its user proves who they are.
 * The session and its roles are needed all the same.
 */
export function AcceptsChangedClient(): CustomDecorator {
  return SetMetadata(ACCEPTS_CHANGED_CLIENT_METADATA, true);
}
