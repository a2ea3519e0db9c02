import { Module } from '@nestjs/common';
import { CatalogController } from './catalog.controller';
import { CatalogRpc } from './catalog.rpc';
import { CatalogService } from './catalog.service';

@Module({
  controllers: [CatalogController, CatalogRpc],
  providers: [CatalogService],
  exports: [CatalogService],
})
export class CatalogModule {}
