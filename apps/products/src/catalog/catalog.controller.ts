import { Roles, SkipCache } from 'nest-sessions';
import { Body, Controller, Get, NotFoundException, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNotFoundResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CatalogService } from './catalog.service';
import { CreateProductDto } from './create-product.dto';
import { Product } from './product';

/**
 * Catalogue of products. The module's `requiredRole` admits only users with the role `products`; a read needs
 * nothing more.
 */
@ApiTags('products')
@Controller('products')
export class CatalogController {
  constructor(private readonly catalog: CatalogService) {}

  @Get()
  @ApiOkResponse({ type: [Product] })
  findAll(): Product[] {
    return this.catalog.findAll();
  }

  @Get(':id')
  @ApiOkResponse({ type: Product })
  @ApiNotFoundResponse()
  find(@Param('id') id: string): Product {
    const product = this.catalog.find(id);
    if (product === null) throw new NotFoundException('There is no such product.');
    return product;
  }

  @Post()
  @Roles('products:write')
  @SkipCache()
  @ApiCreatedResponse({ type: Product })
  create(@Body() product: CreateProductDto): Product {
    return this.catalog.create(product);
  }
}
