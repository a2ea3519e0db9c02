import type { AccessCatalogue } from './access-catalogue';

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
   * @returns `false` where nothing of it is published any more: publish again
   * @throws SessionStoreUnavailableError
   */
  abstract keepAlive(service: string): Promise<boolean>;
}
