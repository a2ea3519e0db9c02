import type { INestApplication, ModuleMetadata } from '@nestjs/common';

export type Adapter = 'express' | 'fastify';

/** The request headers that carry a credential. */
export type Credential = Readonly<Record<string, string>>;

/** Who may come in, and who may not for want of the role. */
export interface Credentials {
  readonly valid: Credential;
  /** Good, but without the required role. */
  readonly withoutRole: Credential;
}

/** Where a variant runs. */
export interface Surroundings {
  readonly adapter: Adapter;
  readonly redisUrl: string;
}

/** One way to keep strangers out of a Nest application. */
export interface Protection {
  /** What the application's module has beside its controller. */
  readonly module: ModuleMetadata;
  /** Adds what is not Nest's: middleware, plugins. Called before the application is initialised. */
  prepare?(app: INestApplication): Promise<void>;
  /** Signs two users in. Called when the application listens at `url`. */
  credentials(app: INestApplication, url: string): Promise<Credentials>;
}

export type ProtectionFactory = (surroundings: Surroundings) => Promise<Protection>;
