import { AccessRules, SessionGuard, SessionModule } from 'nest-sessions';
import { type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Adapter } from '../servers/protection';
import { REQUIRED_ROLE } from '../servers/session-content';

/** An application that exposes its {@link SessionGuard}, created by Nest like any other. */
export async function sessionGuardApp(
  adapter: Adapter,
  redisUrl: string,
): Promise<INestApplication> {
  @Module({
    imports: [
      SessionModule.forRoot({ redis: redisUrl, requiredRole: REQUIRED_ROLE, nearCache: true }),
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
