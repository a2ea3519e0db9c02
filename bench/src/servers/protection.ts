import type { INestApplication, ModuleMetadata } from '@nestjs/common';

export type Adapter = 'express' | 'fastify';

/** Request headers that carry a credential. */
export type Credential = Readonly<Record<string, string>>;

/** Credentials of a user with the role, and of one without. */
export interface Credentials {
  readonly valid: Credential;
  /** Valid, but without the required role. */
  readonly withoutRole: Credential;
}

/** Environment of a variant. */
export interface Surroundings {
  readonly adapter: Adapter;
  readonly redisUrl: string;
}

/** One way to protect a Nest application. */
export interface Protection {
  /** Metadata of the application's module, in addition to its controller. */
  readonly module: ModuleMetadata;
  /** Adds middleware and plugins from outside Nest. Called before the application is initialised. */
  prepare?(app: INestApplication): Promise<void>;
  /** Signs two users in. Called when the application listens at `url`. */
  credentials(app: INestApplication, url: string): Promise<Credentials>;
}

export type ProtectionFactory = (surroundings: Surroundings) => Promise<Protection>;
