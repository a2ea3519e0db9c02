import { nearCacheLimitsOf } from 'nest-sessions/near-cache';
import { ValidateBy } from 'class-validator';

/**
 * Accepts the values of the session module's `nearCache`: a switch, or the maximum staleness with its unit.
 */
export function IsNearCache(): PropertyDecorator {
  return ValidateBy({
    name: 'isNearCache',
    validator: {
      validate: isNearCache,
      defaultMessage: () =>
        `set it to 'on', to 'off', or to the greatest staleness with its unit, 100ms or more, such as '2s'.`,
    },
  });
}

function isNearCache(value: unknown): boolean {
  if (typeof value !== 'boolean' && typeof value !== 'string') return false;
  try {
    nearCacheLimitsOf(value);
    return true;
  } catch {
    return false;
  }
}
