import { PlatformModule, resourceSession, SESSION_REDIS } from '@app/platform';
import { SessionModule } from 'nest-sessions';
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
      useFactory: (client: Redis | Cluster | null, environment: ProductsEnvironment) => ({
        // Reads sessions from Redis, from auth or from a gateway, depending on SESSION_SOURCE.
        ...resourceSession(environment, client),
        requiredRole: 'products',
        service: 'products',
      }),
    }),
    // Before the catalogue, whose `products/:id` would match the route of the offers on Express.
    OffersModule,
    CatalogModule,
  ],
})
export class ProductsModule {}
