import { type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres';
import { type PgDatabase } from 'drizzle-orm/pg-core';
import type * as schema from './schema';

/** Drizzle on the user database, inside or outside a transaction. */
export type Queries = PgDatabase<NodePgQueryResultHKT, typeof schema>;
