import { SetMetadata, type CustomDecorator } from '@nestjs/common';

/** Metadata key of routes whose session is read from Redis every time. */
export const REQUIRE_FRESH_METADATA = 'nest-sessions:require-fresh';

/**
 * Has the session read from Redis on a route, or on every route of a controller, also where the service
 * keeps sessions in its own memory (`nearCache`): for what must never be done by somebody who was signed
 * out, or lost a role, an instant ago.
 */
export function RequireFresh(): CustomDecorator {
  return SetMetadata(REQUIRE_FRESH_METADATA, true);
}
