import { Controller, Get } from '@nestjs/common';
import { CurrentSession, type Session } from 'nest-sessions';

@Controller('profile')
export class ProfileController {
  @Get()
  show(@CurrentSession() { user, roles }: Session): { username: string; roles: readonly string[] } {
    return { username: user.username, roles };
  }
}
