import { type Adapter, System } from '../support/system';
import { accessCatalogueAfterRestarts } from './access-catalogue';
import { eventsAtTheEnd } from './events';
import { verifyAfterRestart } from './verify';

/** Services that end and come back, in one system. */
export function restarts(adapter: Adapter): void {
  let system: System;

  beforeAll(async () => {
    system = await System.start(adapter);
  });
  afterAll(() => system.stop());

  accessCatalogueAfterRestarts(adapter, () => system);
  verifyAfterRestart(adapter, () => system);
  // The last of these: auth is gone after it.
  eventsAtTheEnd(adapter, () => system);
}
