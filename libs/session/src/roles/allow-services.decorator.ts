import { SetMetadata, type CustomDecorator } from '@nestjs/common';

/** Metadata key of the services that may call a route by themselves. */
export const ALLOW_SERVICES_METADATA = 'nest-sessions:allow-services';

/** Among the services of a rule: whichever has proven its name. No service can be called that. */
export const ANY_SERVICE = '*';

/**
 * Lets these services in as well when they call by themselves, on behalf of no user: a job at night, a
 * queue. Such a call has no session and no roles; `@CurrentCaller()` tells which service it is. On a
 * handler or on every handler of a controller; a handler's own list replaces its controller's.
 *
 * Without names: every service that has proven its own.
 */
export function AllowServices(
  // Not any list: one that a program has computed may be empty.
  ...services: [] | [string, ...string[]]
): CustomDecorator {
  return SetMetadata(ALLOW_SERVICES_METADATA, services.length === 0 ? [ANY_SERVICE] : services);
}
