import {
  Controller,
  Get,
  type INestApplication,
  Module,
  VERSION_NEUTRAL,
  VersioningType,
} from '@nestjs/common';
import { Public, Roles, SessionModule } from 'nest-sessions';
import { SessionAccessModule } from 'nest-sessions/access';

// #region controllers
@Controller({ path: 'orders', version: '1' })
export class OrdersV1Controller {
  @Get()
  list(): string {
    return 'version 1, for every signed-in user';
  }
}

@Controller({ path: 'orders', version: '2' })
@Roles('orders')
export class OrdersV2Controller {
  @Get()
  list(): string {
    return 'version 2, for the role orders';
  }
}

@Controller({ path: 'status', version: VERSION_NEUTRAL })
@Public()
export class StatusController {
  @Get()
  show(): string {
    return 'every version, without a session';
  }
}
// #endregion controllers

@Module({
  imports: [
    SessionModule.forRoot({ redis: process.env.REDIS_URL, service: 'orders' }),
    SessionAccessModule.forRoot({}),
  ],
  controllers: [OrdersV1Controller, OrdersV2Controller, StatusController],
})
export class AppModule {}

export function versionByPath(app: INestApplication): void {
  // #region path
  app.setGlobalPrefix('api');
  app.enableVersioning(); // GET /api/v1/orders
  // #endregion path
}

export function versionByHeader(app: INestApplication): void {
  // #region header
  app.enableVersioning({ type: VersioningType.HEADER, header: 'X-API-Version' });
  // #endregion header
}

export function versionByMediaType(app: INestApplication): void {
  // #region media-type
  app.enableVersioning({ type: VersioningType.MEDIA_TYPE, key: 'v=' }); // Accept: application/json;v=1
  // #endregion media-type
}
