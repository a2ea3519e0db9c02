import { Injectable, UnauthorizedException } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-local';
import { type User, Users } from './users.js';

/** Reads `username` and `password` from the body. Passport passes on what a client sends, text or not. */
@Injectable()
export class LocalStrategy extends PassportStrategy(Strategy) {
  constructor(private readonly users: Users) {
    super();
  }

  async validate(username: unknown, password: unknown): Promise<User> {
    const user = await this.users.verify(username, password);
    if (user === null) throw new UnauthorizedException('Username or password is wrong.');
    return user;
  }
}
