import type { IncomingMessage } from 'node:http';
import type { LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ServiceEnvironment } from '../environment/service.environment';

/** The largest body that is read, in bytes. Nothing that the services take comes near it. */
const MAX_BODY = 16 * 1024;

type Application = NestExpressApplication | NestFastifyApplication;

/**
 * Sees a request as it came, before its path is decoded and anything is decided by its method, its path or
 * its headers. What it changes of them counts from there on.
 */
export type BeforeRouting = (request: IncomingMessage) => void;

/** The Nest application on the adapter that the environment names; bodies are JSON and small. */
export function createApplication(
  module: Type,
  environment: ServiceEnvironment,
  logger: LoggerService,
  beforeRouting: BeforeRouting = () => undefined,
): Promise<Application> {
  return environment.HTTP_ADAPTER === 'fastify'
    ? createFastify(module, environment, logger, beforeRouting)
    : createExpress(module, environment, logger, beforeRouting);
}

async function createExpress(
  module: Type,
  { TRUST_PROXY }: ServiceEnvironment,
  logger: LoggerService,
  beforeRouting: BeforeRouting,
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(module, {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
  app.set('trust proxy', TRUST_PROXY);
  app.use((request: IncomingMessage, _response: unknown, next: () => void) => {
    beforeRouting(request);
    next();
  });
  return app;
}

async function createFastify(
  module: Type,
  { TRUST_PROXY }: ServiceEnvironment,
  logger: LoggerService,
  beforeRouting: BeforeRouting,
): Promise<NestFastifyApplication> {
  const trustProxy =
    typeof TRUST_PROXY === 'number' ? (_: string, hop: number) => hop < TRUST_PROXY : TRUST_PROXY;
  const adapter = new FastifyAdapter({
    trustProxy,
    bodyLimit: MAX_BODY,
    // The one thing that Fastify does before it routes.
    rewriteUrl: (request: IncomingMessage) => {
      beforeRouting(request);
      return request.url ?? '/';
    },
  });
  return NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
}

/**
 * Refuses a key that some later copy of the object could take for its prototype, as Fastify's parser
 * does by itself.
 */
function noPrototype(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError('the body has a key that is not allowed');
  return value;
}

/** Registers the JSON parser; called after the middleware that must run before it. */
export function readJsonBodies(app: Application, { HTTP_ADAPTER }: ServiceEnvironment): void {
  if (HTTP_ADAPTER === 'express') {
    (app as NestExpressApplication).useBodyParser('json', {
      limit: MAX_BODY,
      reviver: noPrototype,
    });
    return;
  }
  // Fastify's own parser, but for one thing: it takes an empty body for broken JSON, and clients do
  // send POST without a body and with the type that they send always.
  const fastify = (app as NestFastifyApplication).getHttpAdapter().getInstance();
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeContentTypeParser('application/json');
  fastify.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    (request, body, done) => {
      if (body === '') done(null, undefined);
      else void parseJson(request, body, done);
    },
  );
}
