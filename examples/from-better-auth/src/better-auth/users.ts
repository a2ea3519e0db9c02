import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { hashPassword, verifyPassword } from 'better-auth/crypto';
import type { Role } from 'nest-sessions';
import { BETTER_AUTH, type BetterAuth } from './better-auth.js';

export interface User {
  readonly id: string;
  readonly username: string;
  readonly roles: readonly Role[];
}

/** Row of better-auth's table `user`, with the columns of its admin plugin. */
interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly role?: string | null;
  readonly banned?: boolean | null;
  readonly banExpires?: Date | null;
}

/** Roles of this application, by role of better-auth. A role that is not listed grants nothing. */
const ROLES: Readonly<Record<string, readonly Role[]>> = { admin: ['orders:write'] };

/** Hash of a random password, compared for unknown users: they take as long as known users. */
const NO_USER = hashPassword(crypto.randomUUID());

/** Users and passwords in better-auth's tables. */
@Injectable()
export class Users {
  constructor(@Inject(BETTER_AUTH) private readonly auth: BetterAuth) {}

  /** @returns `null` for a user that is unknown or banned */
  findActive(id: string): Promise<User | null> {
    return this.#find('id', id);
  }

  /** Whether a user is still active, with the same roles. */
  async isUnchanged({ id, roles }: User): Promise<boolean> {
    const current = await this.findActive(id);
    return current !== null && isDeepStrictEqual(current.roles, roles);
  }

  // #region verify
  /** @returns `null` for an unknown or banned user and for a wrong password alike */
  async verify(email: unknown, password: unknown): Promise<User | null> {
    if (typeof email !== 'string' || typeof password !== 'string') return null;
    const user = await this.#find('email', email.toLowerCase());
    const hash = (user && (await this.#hashOf(user.id))) ?? (await NO_USER);
    return (await verifyPassword({ hash, password })) ? user : null;
  }
  // #endregion verify

  /** Returns the password hash of a user; `null` for a user of a social provider alone. */
  async #hashOf(userId: string): Promise<string | null> {
    const { adapter } = await this.auth.$context;
    const account = await adapter.findOne<{ password?: string | null }>({
      model: 'account',
      where: [
        { field: 'userId', value: userId },
        { field: 'providerId', value: 'credential' },
      ],
    });
    return account?.password ?? null;
  }

  async #find(field: 'id' | 'email', value: string): Promise<User | null> {
    const { adapter } = await this.auth.$context;
    const row = await adapter.findOne<UserRow>({ model: 'user', where: [{ field, value }] });
    if (row === null || isBanned(row)) return null;
    const roles = (row.role ?? '').split(',').flatMap((role) => ROLES[role] ?? []);
    return { id: row.id, username: row.email, roles };
  }
}

function isBanned({ banned, banExpires }: UserRow): boolean {
  const isOver = banExpires != null && banExpires.getTime() <= Date.now();
  return banned === true && !isOver;
}
