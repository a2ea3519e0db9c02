import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import { type Duration, toMilliseconds } from '../common/duration.js';

/**
 * Metadata key of routes that require a recent authentication: the maximum time since the user's last
 * authentication, in milliseconds.
 */
export const REQUIRE_RECENT_SIGN_IN_METADATA = 'nest-sessions:require-recent-sign-in';

/**
 * Limits the time since the user's last authentication, on a route or on every route of a controller. Beyond
 * it, the response is 403 `ERR_SESSION_REAUTHENTICATION_REQUIRED` with the redirect target for
 * re-authentication. A handler's own limit replaces its controller's.
 *
 * Includes `@SkipCache()`: a cache may not know yet that a session is superseded, and a superseded session
 * must not pass.
 *
 * @param within Maximum time since the last authentication, such as `'5m'`, or milliseconds.
 * @throws SessionOptionsError when `within` is not a time span: at the definition of the class, not at a
 *   request
 *
 * @example
 * @RequireRecentSignIn('5m')
 * @Delete('account')
 * close(@CurrentUser() user: SessionUser) {}
 */
export function RequireRecentSignIn(within: Duration): CustomDecorator {
  return SetMetadata(
    REQUIRE_RECENT_SIGN_IN_METADATA,
    toMilliseconds('@RequireRecentSignIn()', within),
  );
}
