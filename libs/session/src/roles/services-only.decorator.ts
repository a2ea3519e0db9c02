import { SetMetadata, type CustomDecorator } from '@nestjs/common';

/** Metadata key of routes that are closed to users, whatever their roles. */
export const SERVICES_ONLY_METADATA = 'nest-sessions:services-only';

/**
 * Rejects users, also users on whose behalf a service calls. For requests that only services may make of each
 * other, together with `@AllowServices()`. Use it on a handler, or on every handler of a controller.
 *
 * @example
 * ```ts
 * @ServicesOnly()
 * @AllowServices('orders')
 * @Post('reservations')
 * reserve(@CurrentCaller() service: string) {
 *   return { reservedFor: service };
 * }
 * ```
 */
export function ServicesOnly(): CustomDecorator {
  return SetMetadata(SERVICES_ONLY_METADATA, true);
}
