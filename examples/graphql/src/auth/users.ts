import { Injectable } from '@nestjs/common';
import type { Role } from 'nest-sessions';
import { isPassword } from './passwords.js';

export interface User {
  readonly id: string;
  readonly username: string;
  readonly roles: readonly Role[];
  readonly passwordHash: string;
}

/** Rows of your table of users. Each demo password is `<username>-demo-password`. */
const DEMO_USERS: readonly User[] = [
  {
    id: 'u-1',
    username: 'ada',
    roles: ['orders:write', 'costs'],
    passwordHash: 'QYZt_NZRxQlnFYfoh-I1ew.6CIR5S1bOQBUeAudKp22nWFDjRQGGcUbFhUkyA6xTtw',
  },
  {
    id: 'u-2',
    username: 'bob',
    roles: [],
    passwordHash: 'OFVc-I1CFQ4EE_HjckKfZA.tyNh3x41xQ6SCrUhPkr3YV9E_9V_7tANWJWULKEhs1k',
  },
];

/** Hash of a random password, compared for unknown users: they take as long as known users. */
const NO_USER = '_Z2GFtNU45RYXArYfWozZg.Qb39mUm1r_5xhP69y_2-fce1imLDe_xPrfiUCFNURu8';

@Injectable()
export class Users {
  /** @returns `null` for an unknown user and for a wrong password alike */
  async verify(username: unknown, password: unknown): Promise<User | null> {
    if (typeof username !== 'string' || typeof password !== 'string') return null;
    const user = DEMO_USERS.find((it) => it.username === username) ?? null;
    const isRight = await isPassword(password, user?.passwordHash ?? NO_USER);
    return isRight ? user : null;
  }
}
