import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { CatalogService } from './catalog.service';
import { FindProductDto } from './find-product.dto';
import type { Product } from './product';

/** Serves calls of other services, on behalf of users whom this service admits. */
@Controller()
export class CatalogRpc {
  constructor(private readonly catalog: CatalogService) {}

  @MessagePattern('products.find')
  find(@Payload() { id }: FindProductDto): Product | null {
    return this.catalog.find(id);
  }
}
