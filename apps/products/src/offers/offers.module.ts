import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module';
import { OffersController } from './offers.controller';

@Module({ imports: [CatalogModule], controllers: [OffersController] })
export class OffersModule {}
