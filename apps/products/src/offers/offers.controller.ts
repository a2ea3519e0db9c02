import { CurrentSession, type Session, Sessions } from 'nest-sessions';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CatalogService } from '../catalog/catalog.service';
import { Product } from '../catalog/product';

/** Reduced prices for users with a redeemed coupon, which the orders service has recorded in the session. */
@ApiTags('products')
@Controller('products/offers')
export class OffersController {
  constructor(
    private readonly catalog: CatalogService,
    private readonly sessions: Sessions,
  ) {}

  @Get()
  @ApiOkResponse({ type: [Product], description: 'Empty without a coupon.' })
  async findAll(@CurrentSession() session: Session): Promise<Product[]> {
    const { coupon } = await this.sessions.read(session, 'orders');
    if (coupon === undefined) return [];
    const rest = 1 - coupon.percent / 100;
    return this.catalog
      .findAll()
      .map(({ id, name, price }) => ({ id, name, price: Math.round(price * rest) }));
  }
}
