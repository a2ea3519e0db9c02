import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Product } from './product';

/** Products for sale. Kept in memory: this is a sample, and a restart restores the first three. */
@Injectable()
export class CatalogService {
  readonly #products = new Map<string, Product>(
    [
      { id: 'tea', name: 'Green tea, 100 g', price: 890 },
      { id: 'coffee', name: 'Coffee beans, 250 g', price: 1_150 },
      { id: 'cup', name: 'Stoneware cup', price: 1_600 },
    ].map((product) => [product.id, product]),
  );

  findAll(): Product[] {
    return [...this.#products.values()];
  }

  find(id: string): Product | null {
    return this.#products.get(id) ?? null;
  }

  create(fields: Omit<Product, 'id'>): Product {
    const product = { id: randomUUID(), name: fields.name, price: fields.price };
    this.#products.set(product.id, product);
    return product;
  }
}
