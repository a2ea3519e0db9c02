import type { INestApplication, Type } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { OrdersController } from './orders.controller';
import type { Adapter, Protection } from './protection';

/** Creates a Nest application with the one route behind a protection. It does not listen yet. */
export async function createServer(
  adapter: Adapter,
  protection: Protection,
): Promise<INestApplication> {
  const module = moduleOf(protection);
  const options = { logger: ['error', 'warn'] as const, abortOnError: false } as const;
  const app =
    adapter === 'fastify'
      ? await NestFactory.create(module, new FastifyAdapter(), {
          ...options,
          logger: [...options.logger],
        })
      : await NestFactory.create(module, { ...options, logger: [...options.logger] });
  await protection.prepare?.(app);
  await app.init();
  return app;
}

function moduleOf({ module: { imports, providers } }: Protection): Type {
  @Module({ imports, providers, controllers: [OrdersController] })
  class BenchModule {}
  return BenchModule;
}
