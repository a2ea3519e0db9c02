import { Injectable } from '@nestjs/common';
import { PassportSerializer } from '@nestjs/passport';
import { type User, Users } from '../users/users.js';

type Done<T> = (error: unknown, value?: T) => void;

/** Keeps the id of the user in the session, and loads the user with each request. */
@Injectable()
export class UserSerializer extends PassportSerializer {
  constructor(private readonly users: Users) {
    super();
  }

  serializeUser({ id }: User, done: Done<string>): void {
    done(null, id);
  }

  deserializeUser(id: string, done: Done<User | false>): void {
    this.users.find(id).then((user) => {
      done(null, user ?? false);
    }, done);
  }
}
