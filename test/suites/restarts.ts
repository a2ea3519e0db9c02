import { type Adapter, System } from '../support/system';
import { accessCatalogueAfterRestarts } from './access-catalogue';
import { eventsAtTheEnd } from './events';
import { verifyAfterRestart } from './verify';

/** Tests services that end and restart, in one system. */
export function restarts(adapter: Adapter): void {
  let system: System;

  beforeAll(async () => {
    system = await System.start(adapter);
  });
  afterAll(() => system.stop());

  accessCatalogueAfterRestarts(adapter, () => system);
  verifyAfterRestart(adapter, () => system);
  // Must be the last: it stops auth.
  eventsAtTheEnd(adapter, () => system);
}
