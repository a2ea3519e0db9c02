import { userAgentFamily } from './user-agent-family.js';

/** How many are remembered: each takes some 300 bytes. */
const REMEMBERED = 1_000;

/** {@link userAgentFamily}, which takes some 15 µs, with what it gave of late. */
export class UserAgentFamilies {
  /** In order of writing. */
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
