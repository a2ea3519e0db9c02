import { hasRoomFor } from '../common/attribute-rules.js';
import type { Session } from '../session/session.js';

/** Write-once attribute of a session: a value under a name of the service. */
export interface WriteOnceAttribute {
  /** Name of the service that adds the value. */
  readonly service: string;
  /** Name of the attribute, unique per service and session. */
  readonly name: string;
  /** JSON. */
  readonly value: string;
}

/**
 * Result of adding a write-once attribute:
 * - `'added'`
 * - `'taken'` when the service has used the name before
 * - `'full'` when the value exceeds what the service may add (`hasRoomFor`)
 * - `'gone'` when the session has ended or was superseded
 */
export type AddOutcome = 'added' | 'taken' | 'full' | 'gone';

/**
 * Decides whether an attribute may be added, for stores that lock the session meanwhile.
 *
 * @param session Stored session; `null` when it is gone.
 * @param own Attributes that the service has added before.
 *
 * @example
 * ```ts
 * const own = new Map([['coupon', '"SPRING"']]);
 * addOutcome(session, own, { service: 'orders', name: 'coupon', value: '"SUMMER"' }); // 'taken'
 * ```
 */
export function addOutcome(
  session: Session | null,
  own: ReadonlyMap<string, string>,
  { name, value }: WriteOnceAttribute,
): AddOutcome {
  if (session?.supersededBy !== null) return 'gone';
  if (own.has(name)) return 'taken';
  return hasRoomFor(value, own) ? 'added' : 'full';
}
