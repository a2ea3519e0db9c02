import { METHODS } from 'node:http';
import { AccessMatcher, type AccessCatalogueReader } from 'nest-sessions/access';

/** Methods that the routes of this app accept, for requests that no route accepts. */
export class KnownRoutes {
  #matcher: AccessMatcher | null = null;
  #methods: readonly string[] = [];

  constructor(private readonly reader: AccessCatalogueReader) {}

  /** Reads the routes once they are registered. Until then no route is known. */
  async read(): Promise<void> {
    const catalogue = await this.reader.read();
    if (catalogue === null) return;
    this.#matcher = new AccessMatcher(catalogue);
    const named = new Set(catalogue.routes.map(({ method }) => method));
    if (named.has('GET')) named.add('HEAD');
    this.#methods = named.has('ALL') ? METHODS : [...named].sort();
  }

  /**
   * Returns the methods that a request's target allows, in the format of `Allow` (RFC 9110, 10.2.1). `null`
   * when no route matches for certain.
   */
  allowedAt(target: string): string | null {
    const matcher = this.#matcher;
    if (matcher === null) return null;
    const methods = this.#methods.filter((method) => {
      const match = matcher.find(method, target);
      return match !== null && match !== 'unclear';
    });
    return methods.length === 0 ? null : [...new Set([...methods, 'OPTIONS'])].join(', ');
  }
}
