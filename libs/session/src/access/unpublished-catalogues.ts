import { Logger } from '@nestjs/common';
import type { AccessCatalogue } from './access-catalogue.js';
import { AccessCatalogueWriter, type PublishedState } from './access-catalogue.writer.js';

/** Publishes nothing, where a service shares no store with other services: with a `store` of its own. */
export class UnpublishedCatalogues extends AccessCatalogueWriter {
  readonly #logger = new Logger('SessionAccess');
  readonly #isExpected: boolean;

  /** @param options `isExpected` for a test, which needs no warning. */
  constructor({ isExpected = false }: { isExpected?: boolean } = {}) {
    super();
    this.#isExpected = isExpected;
  }

  publish({ service }: AccessCatalogue): Promise<void> {
    if (this.#isExpected) return Promise.resolve();
    this.#logger.warn(
      `The routes of '${service}' are not published: SessionModule has no Redis. Give SessionModule a 'client' or 'redis', or import SessionRpcModule.`,
    );
    return Promise.resolve();
  }

  keepAlive(): Promise<PublishedState> {
    return Promise.resolve({});
  }
}
