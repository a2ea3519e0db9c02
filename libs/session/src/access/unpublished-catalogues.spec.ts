import { Logger } from '@nestjs/common';
import type { AccessCatalogue } from './access-catalogue.js';
import { UnpublishedCatalogues } from './unpublished-catalogues.js';

describe('UnpublishedCatalogues', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('warns of a service whose routes no gateway can read, except in a test', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
    const catalogue: AccessCatalogue = { service: 'orders', router: 'express', routes: [] };

    await new UnpublishedCatalogues({ isExpected: true }).publish(catalogue);
    expect(warn).not.toHaveBeenCalled();
    await new UnpublishedCatalogues().publish(catalogue);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining(`The routes of 'orders'`));
  });
});
