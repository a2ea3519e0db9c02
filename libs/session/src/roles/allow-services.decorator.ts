import { SetMetadata, type CustomDecorator } from '@nestjs/common';

/** Metadata key of the services that may call a route as themselves. */
export const ALLOW_SERVICES_METADATA = 'nest-sessions:allow-services';

/** Stands for every authenticated service in a rule. No service can have this name. */
export const ANY_SERVICE = '*';

/**
 * Also authorizes these services when they call as themselves, on behalf of no user: a nightly job, a queue.
 * Such a call has no session and no roles; `@CurrentCaller()` returns the service's name. Use it on a handler
 * or on a controller, for every handler; a handler's own list replaces its controller's.
 *
 * Without names, it authorizes every authenticated service.
 *
 * @example
 * ```ts
 * @AllowServices('billing')
 * @Get('unpaid')
 * unpaid(@CurrentCaller() caller: string | undefined) {
 *   return { requestedBy: caller };
 * }
 * ```
 */
export function AllowServices(
  // Not an arbitrary list: a computed list may be empty.
  ...services: [] | [string, ...string[]]
): CustomDecorator {
  return SetMetadata(ALLOW_SERVICES_METADATA, services.length === 0 ? [ANY_SERVICE] : services);
}
