import { SetMetadata, type CustomDecorator } from '@nestjs/common';

/** Metadata key of routes that are closed to users, whatever their roles. */
export const SERVICES_ONLY_METADATA = 'nest-sessions:services-only';

/**
 * Keeps users out, also those on whose behalf a service calls: for what only services may ask of each
 * other, beside `@AllowServices()`. On a handler, or on every handler of a controller.
 */
export function ServicesOnly(): CustomDecorator {
  return SetMetadata(SERVICES_ONLY_METADATA, true);
}
