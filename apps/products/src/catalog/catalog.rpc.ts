import { Public } from '@app/session';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { CatalogService } from './catalog.service';
import { FindProductDto } from './find-product.dto';
import type { Product } from './product';

/**
 * What other services ask. Public, because a call does not carry the caller's session yet: the port
 * listens on loopback only, and what can be had here is no secret.
 */
@Public()
@Controller()
export class CatalogRpc {
  constructor(private readonly catalog: CatalogService) {}

  @MessagePattern('products.find')
  find(@Payload() { id }: FindProductDto): Product | null {
    return this.catalog.find(id);
  }
}
