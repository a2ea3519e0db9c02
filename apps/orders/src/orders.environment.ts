import { IsPortNumber, ResourceEnvironment } from '@app/platform';
import { IsOptional, IsString } from 'class-validator';

export class OrdersEnvironment extends ResourceEnvironment {
  @IsPortNumber()
  readonly ORDERS_PORT: number = 3001;

  /** Host of the products service, for Nest's TCP transport. */
  @IsOptional()
  @IsString()
  readonly PRODUCTS_RPC_HOST?: string;

  @IsPortNumber()
  readonly PRODUCTS_RPC_PORT: number = 4002;

  get productsRpcHost(): string {
    return this.PRODUCTS_RPC_HOST ?? this.neighbourHost;
  }
}
