import { Controller, Get } from '@nestjs/common';
import { CurrentSession, type Session } from 'nest-sessions';

@Controller('greeting')
export class GreetingController {
  @Get()
  greet(@CurrentSession() { data, user }: Session) {
    const hello = data.locale === 'de' ? 'Hallo' : 'Hello';
    return `${hello} ${user.username} of ${user.tenant}`;
  }
}
