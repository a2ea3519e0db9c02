import { METHODS } from 'node:http';
import { AccessMatcher, type AccessCatalogueReader } from 'nest-sessions';

/** Which methods the routes of this app take, for requests that none of them takes. */
export class KnownRoutes {
  #matcher: AccessMatcher | null = null;
  #methods: readonly string[] = [];

  constructor(private readonly reader: AccessCatalogueReader) {}

  /** Once the routes are registered; until then none is known. */
  async read(): Promise<void> {
    const catalogue = await this.reader.read();
    if (catalogue === null) return;
    this.#matcher = new AccessMatcher(catalogue);
    const named = new Set(catalogue.routes.map(({ method }) => method));
    if (named.has('GET')) named.add('HEAD');
    this.#methods = named.has('ALL') ? METHODS : [...named].sort();
  }

  /**
   * What is allowed at a request's target, as `Allow` has it (RFC 9110, 10.2.1); `null` where no route is
   * for certain.
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
