import { Controller, Delete, Param } from '@nestjs/common';
import { CurrentUser, RequireRecentSignIn, Roles, type SessionUser } from 'nest-sessions';

@Controller('orders')
export class OrdersController {
  @Delete(':id')
  @Roles('orders:write')
  @RequireRecentSignIn('5m')
  remove(@Param('id') id: string, @CurrentUser() user: SessionUser) {
    return { removed: id, by: user.id };
  }
}
