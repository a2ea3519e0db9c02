import type { AccessCatalogue } from './access-catalogue.js';
import type { InstanceReport } from './instance-report.js';

/** Catalogue as found in the store. Times are epoch milliseconds. */
export interface PublishedCatalogue {
  /** Same object until another catalogue is published. */
  readonly catalogue: AccessCatalogue;
  /** Time of publication, by the clock of the service. */
  readonly publishedAt: number;
  /** Time of the service's last heartbeat, by the clock of the reader. */
  readonly seenAt: number;
}

/** Store of the catalogues that services have published. */
export abstract class AccessCatalogueStore {
  /**
   * Returns the catalogue of a service; `null` when it has published nothing, or nothing readable.
   *
   * @throws SessionStoreUnavailableError
   */
  abstract find(service: string): Promise<PublishedCatalogue | null>;

  /**
   * Returns the latest reports of the instances of a service. A store may keep none.
   *
   * @throws SessionStoreUnavailableError
   */
  findReports?(service: string): Promise<readonly InstanceReport[]>;
}
