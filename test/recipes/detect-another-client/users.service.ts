import { UnauthorizedException } from '@nestjs/common';

/** Users of the application. */
export class UsersService {
  requirePassword(_userId: string, password: string): Promise<void> {
    if (password === 'right') return Promise.resolve();
    return Promise.reject(new UnauthorizedException());
  }
}
