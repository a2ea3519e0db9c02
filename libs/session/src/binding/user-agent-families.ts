import { userAgentFamily } from './user-agent-family.js';

/** Maximum number of cached families; each takes some 300 bytes. */
const REMEMBERED = 1_000;

/** Cache of recent results of {@link userAgentFamily}, which takes some 15 µs. */
export class UserAgentFamilies {
  /** In order of insertion. */
  readonly #known = new Map<string, string | null>();

  of(userAgent: string): string | null {
    const known = this.#known.get(userAgent);
    if (known !== undefined) return known;
    const family = userAgentFamily(userAgent);
    this.#known.set(userAgent, family);
    if (this.#known.size > REMEMBERED) {
      const oldest = this.#known.keys().next();
      if (!oldest.done) this.#known.delete(oldest.value);
    }
    return family;
  }
}
