import { ForbiddenException, Injectable } from '@nestjs/common';

/** Users of the reader, with one password for all. */
@Injectable()
export class UsersService {
  requirePassword(id: string, password: unknown): Promise<void> {
    if (password === `${id}-password`) return Promise.resolve();
    return Promise.reject(new ForbiddenException('The password is wrong.'));
  }
}
