import { Injectable } from '@nestjs/common';
import { isPassword } from './passwords.js';

export interface User {
  readonly id: string;
  readonly username: string;
  readonly roles: readonly string[];
}

interface UserRow extends User {
  readonly passwordHash: string;
  readonly isBanned: boolean;
}

/** Your table of users. Each demo password is `<username>-demo-password`. */
const ROWS = new Map<string, UserRow>(
  [
    {
      id: 'u-1',
      username: 'ada',
      roles: ['reports'],
      passwordHash: 'QYZt_NZRxQlnFYfoh-I1ew.6CIR5S1bOQBUeAudKp22nWFDjRQGGcUbFhUkyA6xTtw',
      isBanned: false,
    },
    {
      id: 'u-2',
      username: 'bob',
      roles: [],
      passwordHash: 'OFVc-I1CFQ4EE_HjckKfZA.tyNh3x41xQ6SCrUhPkr3YV9E_9V_7tANWJWULKEhs1k',
      isBanned: false,
    },
  ].map((row) => [row.id, row]),
);

/** Hash of a random password, compared for unknown users: they take as long as known users. */
const NO_USER = '_Z2GFtNU45RYXArYfWozZg.Qb39mUm1r_5xhP69y_2-fce1imLDe_xPrfiUCFNURu8';

@Injectable()
export class Users {
  /** @returns `null` for an unknown or banned user, and for a wrong password alike */
  async verify(username: unknown, password: unknown): Promise<User | null> {
    if (typeof username !== 'string' || typeof password !== 'string') return null;
    const row = [...ROWS.values()].find((it) => it.username === username);
    const isRight = await isPassword(password, row?.passwordHash ?? NO_USER);
    return isRight && row !== undefined ? this.find(row.id) : null;
  }

  /** @returns `null` for an unknown and a banned user */
  find(id: string): Promise<User | null> {
    const row = ROWS.get(id);
    if (row === undefined || row.isBanned) return Promise.resolve(null);
    return Promise.resolve({ id, username: row.username, roles: row.roles });
  }

  change(id: string, changes: Partial<Pick<UserRow, 'roles' | 'isBanned'>>): Promise<void> {
    const row = ROWS.get(id);
    if (row !== undefined) ROWS.set(id, { ...row, ...changes });
    return Promise.resolve();
  }
}
