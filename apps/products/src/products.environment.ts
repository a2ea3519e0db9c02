import { IsPortNumber, ResourceEnvironment } from '@app/platform';

export class ProductsEnvironment extends ResourceEnvironment {
  @IsPortNumber()
  readonly PRODUCTS_PORT: number = 3002;

  /** Port on which other services request products, over Nest's TCP transport. */
  @IsPortNumber()
  readonly PRODUCTS_RPC_PORT: number = 4002;
}
