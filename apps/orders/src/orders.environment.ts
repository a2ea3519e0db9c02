import { IsPortNumber, ResourceEnvironment } from '@app/platform';

export class OrdersEnvironment extends ResourceEnvironment {
  @IsPortNumber()
  readonly ORDERS_PORT: number = 3001;

  /** Where products answers over Nest's TCP transport, on this host. */
  @IsPortNumber()
  readonly PRODUCTS_RPC_PORT: number = 4002;
}
