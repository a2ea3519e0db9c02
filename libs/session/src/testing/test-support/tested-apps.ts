import type { Server } from 'node:http';
import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import request from 'supertest';
import { httpAdapters, silent } from '../../../test-support/http-adapters.js';

type MakeAdapter = (typeof httpAdapters)[0][1];

const [[, express]] = httpAdapters as [(typeof httpAdapters)[0]];

/** Settings of an application that differ from the defaults. */
interface Settings {
  readonly makeAdapter?: MakeAdapter;
  readonly override?: (builder: TestingModuleBuilder) => TestingModuleBuilder;
}

/** Starts applications on no port, and closes them after each test. */
export function testedApps() {
  const apps: INestApplication[] = [];

  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });

  return async (
    imports: NonNullable<ModuleMetadata['imports']>,
    { makeAdapter = express, override = (it) => it }: Settings = {},
  ): Promise<INestApplication> => {
    const builder = override(Test.createTestingModule({ imports }).setLogger(silent));
    const module = await builder.compile();
    const app = module.createNestApplication(makeAdapter());
    apps.push(app);
    return app.init();
  };
}

/** Sends a request with supertest, or with `inject()` of Fastify, as an application's own tests do. */
export async function send(
  app: INestApplication,
  route: `${'GET' | 'POST'} /${string}`,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; text: string }> {
  const [method, path] = route.split(' ') as ['GET' | 'POST', string];
  if (app.getHttpAdapter() instanceof FastifyAdapter) {
    const response = await (app as NestFastifyApplication).inject({ method, url: path, headers });
    return { status: response.statusCode, text: response.body };
  }
  const client = request(app.getHttpServer() as Server);
  return method === 'GET' ? client.get(path).set(headers) : client.post(path).set(headers);
}

/** Returns only the status of a response. */
export async function statusOf(...args: Parameters<typeof send>): Promise<number> {
  return (await send(...args)).status;
}
