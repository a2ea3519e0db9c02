import type { AccessCatalogue } from './access-catalogue.js';

/** Describes the catalogue that is published under a service's name. */
export interface PublishedState {
  /** {@link digestOfCatalogue} of it; absent where the other side does not say, as an older release. */
  readonly digest?: string | undefined;
  /** The release that it is of, if it says so. */
  readonly version?: string | undefined;
}

/** Where a service publishes what its routes demand. */
export abstract class AccessCatalogueWriter {
  /**
   * Replaces what the service has published before, in one step. Of two releases that run at once the one
   * that published last is believed, and both keep it alive.
   *
   * @throws SessionStoreUnavailableError when it is unknown whether that took place
   */
  abstract publish(catalogue: AccessCatalogue): Promise<void>;

  /**
   * Says that the service is there.
   *
   * @returns what is published under its name; `null` where nothing is any more: publish again
   * @throws SessionStoreUnavailableError
   */
  abstract keepAlive(service: string): Promise<PublishedState | null>;
}
