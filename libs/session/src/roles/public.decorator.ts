import { SetMetadata, type CustomDecorator } from '@nestjs/common';

/** Metadata key of routes that need no session. */
export const PUBLIC_METADATA = 'nest-sessions:public';

/** Value of the metadata when a session is looked up all the same. */
export const SEES_SESSION = 'sees-session';

/**
 * Opens a route, or every route of a controller, to everybody. No session is looked up there: such
 * routes answer while Redis is away. Use `@OptionalSession()` to see the caller's session.
 */
export function Public(): CustomDecorator {
  return SetMetadata(PUBLIC_METADATA, true);
}
