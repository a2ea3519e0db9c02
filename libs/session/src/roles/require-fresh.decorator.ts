import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import { type Duration, toMilliseconds } from '../common/duration.js';

/**
 * Metadata key of routes whose session is read from Redis every time: `true`, or the maximum time since the
 * user's last authentication, in milliseconds.
 */
export const REQUIRE_FRESH_METADATA = 'nest-sessions:require-fresh';

/**
 * Reads the session from Redis on a route, or on every route of a controller, even with a cache in the
 * service's own memory (`nearCache`). For actions that must fail an instant after a logout or the loss of a
 * role. A token that was replaced a moment ago, and still works for requests under way, is rejected as well.
 * A handler's own decorator replaces its controller's.
 *
 * @param maxAge Maximum time since the user's last authentication, such as `'5m'`. Beyond it, the response is
 *   403 `ERR_SESSION_REAUTHENTICATION_REQUIRED` with the redirect target for re-authentication.
 * @throws SessionOptionsError when it is not a time span: at the definition of the class, not at a request
 *
 * @example
 * ```ts
 * @RequireFresh('5m')
 * @Delete(':id')
 * remove(@Param('id') id: string) {
 *   return { removed: id };
 * }
 * ```
 */
export function RequireFresh(maxAge?: Duration): CustomDecorator {
  return SetMetadata(
    REQUIRE_FRESH_METADATA,
    maxAge === undefined ? true : toMilliseconds('@RequireFresh()', maxAge),
  );
}
