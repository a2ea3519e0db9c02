import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** Creates the HTTP adapter that the environment names. */
export function createAdapter(): AbstractHttpAdapter {
  return process.env.ADAPTER === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
}
