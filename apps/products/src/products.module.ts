import { PlatformModule, SESSION_REDIS } from '@app/platform';
import { SessionModule } from '@app/session';
import { Module } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { CatalogModule } from './catalog/catalog.module';
import { OffersModule } from './offers/offers.module';
import { ProductsEnvironment } from './products.environment';

@Module({
  imports: [
    PlatformModule.forRoot(ProductsEnvironment),
    SessionModule.forRootAsync({
      inject: [SESSION_REDIS, ProductsEnvironment],
      useFactory: (
        client: Redis | Cluster,
        { REDIS_STRICT, SESSION_COOKIE_NAME, SESSION_NEAR_CACHE }: ProductsEnvironment,
      ) => ({
        client,
        strict: REDIS_STRICT,
        requiredRole: 'products',
        service: 'products',
        cookie: { name: SESSION_COOKIE_NAME },
        nearCache: SESSION_NEAR_CACHE,
      }),
    }),
    // Before the catalogue, whose `products/:id` would take its route on Express.
    OffersModule,
    CatalogModule,
  ],
})
export class ProductsModule {}
