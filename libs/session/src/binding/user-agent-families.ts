import { BoundedMap } from '../common/bounded-map.js';
import { userAgentFamily } from './user-agent-family.js';

/** Maximum number of cached families; each takes some 300 bytes. */
const REMEMBERED = 1_000;

/** Cache of recent results of {@link userAgentFamily}, which takes some 15 µs. */
export class UserAgentFamilies {
  readonly #known = new BoundedMap<string, string | null>(REMEMBERED);

  of(userAgent: string): string | null {
    const known = this.#known.get(userAgent);
    if (known !== undefined) return known;
    const family = userAgentFamily(userAgent);
    this.#known.set(userAgent, family);
    return family;
  }
}
