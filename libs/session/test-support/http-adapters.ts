import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';

type MakeAdapter = () => ExpressAdapter | FastifyAdapter;

/** Adapters on which the same cases run. */
export const httpAdapters: [name: string, make: MakeAdapter][] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
];

/** A Nest application that listens on a free port of the loopback address. */
export interface ListeningApp {
  readonly app: INestApplication;
  readonly url: string;
}

/** @param prepare runs before the application listens */
export async function listen(
  makeAdapter: MakeAdapter,
  metadata: ModuleMetadata,
  prepare: (app: INestApplication) => unknown = () => undefined,
): Promise<ListeningApp> {
  const module = await Test.createTestingModule(metadata).setLogger(silent).compile();
  const app = module.createNestApplication(makeAdapter());
  try {
    await prepare(app);
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    // Open connections would keep the tests' process running.
    await app.close();
    throw error;
  }
  return { app, url: await app.getUrl() };
}

const ignore = () => undefined;
/** Logger that keeps expected errors out of the tests' output. */
export const silent = { log: ignore, error: ignore, warn: ignore };
