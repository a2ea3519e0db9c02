import { IsPortNumber, ResourceEnvironment } from '@app/platform';
import { IsString } from 'class-validator';

export class OrdersEnvironment extends ResourceEnvironment {
  @IsPortNumber()
  readonly ORDERS_PORT: number = 3001;

  /** Where products answers over Nest's TCP transport. */
  @IsString()
  readonly PRODUCTS_RPC_HOST: string = '127.0.0.1';

  @IsPortNumber()
  readonly PRODUCTS_RPC_PORT: number = 4002;
}
