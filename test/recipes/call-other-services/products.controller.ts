import { Controller } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { AllowServices, CurrentCaller, CurrentUser, Roles, type SessionUser } from 'nest-sessions';

@Controller()
export class ProductsController {
  // #region user
  @MessagePattern('products.prices')
  @Roles('products')
  prices(@CurrentUser() user: SessionUser) {
    return { tea: 350, for: user.username };
  }
  // #endregion user

  // #region service
  @MessagePattern('products.reprice')
  @AllowServices('billing')
  reprice(@CurrentCaller() caller?: string) {
    return { repricedBy: caller };
  }
  // #endregion service
}
