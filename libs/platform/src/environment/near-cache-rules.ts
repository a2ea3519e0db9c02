import { toMilliseconds } from '@app/session';
import { ValidateBy } from 'class-validator';

/** As `nearCache.maxStaleness` of the session module has it, in milliseconds. */
const MIN_STALENESS = 100;

/** What the session module takes as `nearCache`: a switch, or the greatest staleness with its unit. */
export function IsNearCache(): PropertyDecorator {
  return ValidateBy({
    name: 'isNearCache',
    validator: {
      validate: (value) => typeof value === 'boolean' || isStaleness(value),
      defaultMessage: () =>
        `set it to 'on', to 'off', or to the greatest staleness with its unit, ${MIN_STALENESS}ms or more, such as '2s'.`,
    },
  });
}

function isStaleness(value: unknown): boolean {
  try {
    return typeof value === 'string' && toMilliseconds('', value) >= MIN_STALENESS;
  } catch {
    return false;
  }
}
