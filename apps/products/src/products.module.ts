import { PlatformModule } from '@app/platform';
import { SessionModule } from '@app/session';
import { RedisService } from '@liaoliaots/nestjs-redis';
import { Module } from '@nestjs/common';
import { CatalogModule } from './catalog/catalog.module';
import { ProductsEnvironment } from './products.environment';

@Module({
  imports: [
    PlatformModule.forRoot(ProductsEnvironment),
    SessionModule.forRootAsync({
      inject: [RedisService, ProductsEnvironment],
      useFactory: (redis: RedisService, { SESSION_COOKIE_NAME }: ProductsEnvironment) => ({
        client: redis.getOrThrow(),
        requiredRole: 'products',
        cookie: { name: SESSION_COOKIE_NAME },
      }),
    }),
    CatalogModule,
  ],
})
export class ProductsModule {}
