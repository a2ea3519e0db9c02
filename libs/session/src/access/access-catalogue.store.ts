import type { AccessCatalogue } from './access-catalogue.js';

/** A catalogue as it was found. Times are epoch milliseconds. */
export interface PublishedCatalogue {
  /** The same object as long as nothing else was published. */
  readonly catalogue: AccessCatalogue;
  /** By the clock of the service. */
  readonly publishedAt: number;
  /** When the service last said that it is there, by the clock of the reader. */
  readonly seenAt: number;
}

/** What services have published of their routes. */
export abstract class AccessCatalogueStore {
  /**
   * `null` where the service has published nothing, or nothing that can be read.
   *
   * @throws SessionStoreUnavailableError
   */
  abstract find(service: string): Promise<PublishedCatalogue | null>;
}
