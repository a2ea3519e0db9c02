import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import { type Duration, toMilliseconds } from '../options/duration.js';

/**
 * Metadata key of routes whose session is read from Redis every time: `true`, or in milliseconds how long
 * ago its user may have proven who they are.
 */
export const REQUIRE_FRESH_METADATA = 'nest-sessions:require-fresh';

/**
 * Has the session read from Redis on a route, or on every route of a controller, also where the service
 * keeps sessions in its own memory (`nearCache`): for what must never be done by somebody who was signed
 * out, or lost a role, an instant ago. A token that was replaced a moment ago, and still works for what is
 * under way, does not suffice either. A handler's own replaces its controller's.
 *
 * @param maxAge How long ago the user may have proven who they are, such as `'5m'`. Who did so earlier is
 *   answered 403 `ERR_SESSION_REAUTHENTICATION_REQUIRED`, and where to do it again.
 * @throws SessionOptionsError when it is not a time span: as the class is defined, not at a request.
 */
export function RequireFresh(maxAge?: Duration): CustomDecorator {
  return SetMetadata(
    REQUIRE_FRESH_METADATA,
    maxAge === undefined ? true : toMilliseconds('@RequireFresh()', maxAge),
  );
}
