import { Controller, Get } from '@nestjs/common';
import { CurrentUser, Roles, type SessionUser } from 'nest-sessions';

@Controller('reports')
export class ReportsController {
  @Get()
  @Roles('reports:read')
  list(@CurrentUser() user: SessionUser): { reader: string; reports: string[] } {
    return { reader: user.username, reports: [] };
  }
}
