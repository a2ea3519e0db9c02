import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { Role } from 'nest-sessions';
import { isPassword } from './passwords.js';

export interface User {
  readonly id: string;
  readonly username: string;
  readonly roles: readonly Role[];
  readonly passwordHash: string;
  readonly isBanned: boolean;
  /** Last change of the password or sign-out on all devices, in epoch milliseconds. */
  readonly tokensValidFrom: number;
}

/** Rows of your table of users. Each demo password is `<username>-demo-password`. */
const DEMO_USERS: readonly User[] = [
  {
    id: 'u-1',
    username: 'ada',
    roles: ['orders:write'],
    passwordHash: 'QYZt_NZRxQlnFYfoh-I1ew.6CIR5S1bOQBUeAudKp22nWFDjRQGGcUbFhUkyA6xTtw',
    isBanned: false,
    tokensValidFrom: 0,
  },
  {
    id: 'u-2',
    username: 'bob',
    roles: [],
    passwordHash: 'OFVc-I1CFQ4EE_HjckKfZA.tyNh3x41xQ6SCrUhPkr3YV9E_9V_7tANWJWULKEhs1k',
    isBanned: true,
    tokensValidFrom: 0,
  },
];

/** Hash of a random password, compared for unknown users: they take as long as known users. */
const NO_USER = '_Z2GFtNU45RYXArYfWozZg.Qb39mUm1r_5xhP69y_2-fce1imLDe_xPrfiUCFNURu8';

@Injectable()
export class Users {
  readonly #rows = new Map(DEMO_USERS.map((user) => [user.id, user]));

  /** @returns `null` for a user that is unknown or banned */
  async findActive(id: string): Promise<User | null> {
    const user = this.#rows.get(id);
    return user?.isBanned === false ? user : null;
  }

  /** Whether a user's row is as it was: still active, with the same roles. */
  async isUnchanged(user: User): Promise<boolean> {
    return isDeepStrictEqual(await this.findActive(user.id), user);
  }

  async update(id: string, changes: Partial<User>): Promise<void> {
    const user = this.#rows.get(id);
    if (user !== undefined) this.#rows.set(id, { ...user, ...changes });
  }

  /** @returns `null` for an unknown or banned user and for a wrong password alike */
  async verify(username: unknown, password: unknown): Promise<User | null> {
    if (typeof username !== 'string' || typeof password !== 'string') return null;
    const user = [...this.#rows.values()].find((it) => it.username === username) ?? null;
    const isRight = await isPassword(password, user?.passwordHash ?? NO_USER);
    return isRight && user?.isBanned === false ? user : null;
  }
}
