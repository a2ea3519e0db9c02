import { Body, Controller, Get, Put, Req, Session, UseGuards } from '@nestjs/common';
import type { SessionData } from 'express-session';
import type { User } from '../users/users.js';
import { AuthenticatedGuard } from './authenticated.guard.js';

@Controller('profile')
@UseGuards(AuthenticatedGuard)
export class OldProfileController {
  @Get()
  show(@Req() { user }: { user: User }, @Session() session: Partial<SessionData>) {
    return { username: user.username, roles: user.roles, theme: session.theme };
  }

  @Put('theme')
  setTheme(@Session() session: Partial<SessionData>, @Body('theme') theme: string) {
    session.theme = theme;
  }
}
