import type { AccessCatalogue } from './access-catalogue.js';
import type { InstanceReporter } from './instance-reporter.js';

/** Describes the catalogue that is published under a service's name. */
export interface PublishedState {
  /**
   * {@link digestOfCatalogue} of the catalogue; absent when the other side, such as an older release, omits
   * it.
   */
  readonly digest?: string | undefined;
  /** Release of the catalogue, if the catalogue names its release. */
  readonly version?: string | undefined;
}

/** Destination of a service's route requirements. */
export abstract class AccessCatalogueWriter {
  /**
   * Replaces the service's published catalogue in one step. Of two concurrent releases, the last publication
   * applies, and both releases keep it alive.
   *
   * @throws SessionStoreUnavailableError when it is unknown whether the catalogue was replaced
   */
  abstract publish(catalogue: AccessCatalogue): Promise<void>;

  /**
   * Sends a heartbeat of the service.
   *
   * @param reporter Report of this instance to send with it, where the destination takes reports.
   * @returns the catalogue published under the service's name; `null` when there is no longer a catalogue, so
   *   that the service must publish again
   * @throws SessionStoreUnavailableError
   */
  abstract keepAlive(service: string, reporter?: InstanceReporter): Promise<PublishedState | null>;
}
