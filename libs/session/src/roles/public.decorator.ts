import { SetMetadata, type CustomDecorator } from '@nestjs/common';

/** Metadata key of routes that need no session. */
export const PUBLIC_METADATA = 'nest-sessions:public';

/**
 * Opens a route, or every route of a controller, to everybody. No session is looked up there: such
 * routes answer while Redis is away.
 */
export function Public(): CustomDecorator {
  return SetMetadata(PUBLIC_METADATA, true);
}
