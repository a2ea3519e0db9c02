import { sql } from 'drizzle-orm';
import { boolean, check, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Table of users. After a change here, run `npm run migrations:generate`. */
export const users = pgTable(
  'users',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    username: text('username').notNull().unique(),
    passwordHash: text('password_hash').notNull(),
    roles: text('roles')
      .array()
      .notNull()
      .default(sql`'{}'`),
    disabled: boolean('disabled').notNull().default(false),
    /** Incremented by every change of roles, `disabled` or password, so that a change can be detected. */
    version: integer('version').notNull().default(1),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    // `Alice` and `alice` are the same user; `unique` alone would allow both.
    check('users_username_lower_case', sql`${table.username} = lower(${table.username})`),
  ],
);
