import { Controller, Get } from '@nestjs/common';
import { Public } from '../src/roles/public.decorator.js';
import { Roles } from '../src/roles/roles.decorator.js';

/** A route of each kind: for any session, for a role, public. */
@Controller()
export class SampleController {
  @Get('closed')
  closed(): string {
    return 'in';
  }

  @Roles('orders:write')
  @Get('write')
  write(): string {
    return 'in';
  }

  @Public()
  @Get('public')
  open(): string {
    return 'in';
  }
}
