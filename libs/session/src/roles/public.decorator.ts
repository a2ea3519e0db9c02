import { SetMetadata, type CustomDecorator } from '@nestjs/common';

/** Metadata key of routes that need no session. */
export const PUBLIC_METADATA = 'nest-sessions:public';

/** Value of the metadata when the session is still looked up. */
export const OPTIONAL_SESSION = 'sees-session';

/**
 * Makes a route, or every route of a controller, public. No session is looked up, so the route answers while
 * Redis is unavailable. Use `@OptionalSession()` to see the caller's session.
 *
 * @example
 * ```ts
 * @Public()
 * @Get('status')
 * status() {
 *   return 'up';
 * }
 * ```
 */
export function Public(): CustomDecorator {
  return SetMetadata(PUBLIC_METADATA, true);
}
