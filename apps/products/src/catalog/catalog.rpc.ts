import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { CatalogService } from './catalog.service';
import { FindProductDto } from './find-product.dto';
import type { Product } from './product';

/** What other services ask, on behalf of users who may enter this one. */
@Controller()
export class CatalogRpc {
  constructor(private readonly catalog: CatalogService) {}

  @MessagePattern('products.find')
  find(@Payload() { id }: FindProductDto): Product | null {
    return this.catalog.find(id);
  }
}
