import type { Server } from 'node:http';
import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { silent } from '../../../libs/session/test-support/http-adapters.js';

type Imports = NonNullable<ModuleMetadata['imports']>;
type Prepare = (app: NestExpressApplication) => unknown;

/** Starts applications of a recipe on Express, and closes them after the tests of the enclosing block. */
export function recipeApps(): (imports: Imports, prepare?: Prepare) => Promise<INestApplication> {
  const apps: INestApplication[] = [];

  afterAll(async () => {
    for (const app of apps) await app.close();
  });

  return async (imports, prepare = () => undefined) => {
    const module = await Test.createTestingModule({ imports }).setLogger(silent).compile();
    const app = module.createNestApplication<NestExpressApplication>(new ExpressAdapter());
    apps.push(app);
    await prepare(app);
    return app.init();
  };
}

/** Returns a client of an application, which need not listen on a port. */
export function clientOf(app: INestApplication): ReturnType<typeof request> {
  return request(app.getHttpServer() as Server);
}
