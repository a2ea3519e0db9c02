import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import { PUBLIC_METADATA, OPTIONAL_SESSION } from './public.decorator.js';

/**
 * Opens a route, or every route of a controller, and looks up the caller's session. `@CurrentSession()` and
 * `@CurrentUser()` are `null` for every request that a closed route of the service would reject, for instance
 * without the service's role. An unavailable store is answered with 503, a request with two tokens with 400.
 *
 * @example
 * ```ts
 * @OptionalSession()
 * @Get()
 * greet(@CurrentUser() user: SessionUser | null) {
 *   return `Hello, ${user?.username ?? 'guest'}`;
 * }
 * ```
 */
export function OptionalSession(): CustomDecorator {
  return SetMetadata(PUBLIC_METADATA, OPTIONAL_SESSION);
}
