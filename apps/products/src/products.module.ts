import {
  PlatformModule,
  resourceSession,
  SESSION_REDIS,
  sessionFeatures,
  sessionSource,
} from '@app/platform';
import { SessionModule } from 'nest-sessions';
import { type DynamicModule, Module } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { CatalogModule } from './catalog/catalog.module';
import { OffersModule } from './offers/offers.module';
import type { ProductsEnvironment } from './products.environment';

@Module({})
export class ProductsModule {
  static register(environment: ProductsEnvironment): DynamicModule {
    return {
      module: ProductsModule,
      imports: [
        PlatformModule.forRoot(environment),
        SessionModule.forRootAsync({
          inject: [SESSION_REDIS],
          useFactory: (client: Redis | Cluster | null) => ({
            ...resourceSession(environment, client),
            requiredRole: 'products' as const,
            service: 'products',
          }),
        }),
        ...sessionFeatures(environment),
        // Reads sessions from Redis, from auth or from a gateway, depending on SESSION_SOURCE.
        ...sessionSource(environment),
        // Before the catalogue, whose `products/:id` would match the route of the offers on Express.
        OffersModule,
        CatalogModule,
      ],
    };
  }
}
