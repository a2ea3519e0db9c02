import { Controller, Get, Module, Post } from '@nestjs/common';
import { CurrentUser, Public, Roles, SessionModule, type SessionUser } from 'nest-sessions';

@Controller('reports')
export class ReportsController {
  @Get() // needs a session with the role 'reports'
  list(@CurrentUser() user: SessionUser) {
    return `the reports of ${user.username}`;
  }

  @Post()
  @Roles('reports:write') // needs this role as well
  create() {
    return 'created';
  }

  @Get('status')
  @Public() // needs no session
  status() {
    return 'fine';
  }
}

@Module({
  imports: [SessionModule.forRoot({ redis: process.env.REDIS_URL, requiredRole: 'reports' })],
  controllers: [ReportsController],
})
export class ReportsModule {}
