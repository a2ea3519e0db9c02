import { AccessRules, SessionGuard, SessionModule } from 'nest-sessions';
import { type INestApplication, Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Adapter } from '../servers/protection';
import { REQUIRED_ROLE } from '../servers/session-content';

export interface GuardAppOptions {
  /** @default true */
  readonly nearCache?: boolean;
  /** Further modules. */
  readonly imports?: NonNullable<ModuleMetadata['imports']>;
}

/** An application that exposes its {@link SessionGuard}, created by Nest like any other. */
export async function sessionGuardApp(
  adapter: Adapter,
  redisUrl: string,
  { nearCache = true, imports = [] }: GuardAppOptions = {},
): Promise<INestApplication> {
  @Module({
    imports: [
      SessionModule.forRoot({ redis: redisUrl, requiredRole: REQUIRED_ROLE, nearCache }),
      ...imports,
    ],
    providers: [AccessRules, SessionGuard],
  })
  class GuardModule {}
  const options = { logger: ['error' as const], abortOnError: false };
  const app =
    adapter === 'fastify'
      ? await NestFactory.create(GuardModule, new FastifyAdapter(), options)
      : await NestFactory.create(GuardModule, options);
  await app.init();
  return app;
}
