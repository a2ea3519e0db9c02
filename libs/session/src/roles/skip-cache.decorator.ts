import { SetMetadata, type CustomDecorator } from '@nestjs/common';

/** Metadata key of routes whose session is never read from a cache. */
export const SKIP_CACHE_METADATA = 'nest-sessions:skip-cache';

/**
 * Reads the session from where sessions are kept, on a route or on every route of a controller, even when a
 * cache of this process has it (`nearCache`, or `cache` of `SessionRpcModule`). For actions that a logout or
 * the loss of a role must stop at once.
 *
 * A superseded session is rejected with 403 `ERR_SESSION_REAUTHENTICATION_REQUIRED`: its token was replaced a
 * moment ago, and works only for requests that were under way.
 *
 * Use `@RequireRecentSignIn()` to also limit the time since the user's last authentication.
 *
 * @example
 * @SkipCache()
 * @Post('transfers')
 * transfer(@CurrentUser() user: SessionUser) {}
 */
export function SkipCache(): CustomDecorator {
  return SetMetadata(SKIP_CACHE_METADATA, true);
}
