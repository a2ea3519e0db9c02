import type { IncomingMessage } from 'node:http';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ServiceEnvironment } from '../environment/service.environment';
import { answerClientError } from './answer-client-error';
import { answerFrameworkError } from './answer-framework-error';
import { createHttpServer, LimitedExpressAdapter } from './http-server';
import { MAX_BODY } from './request-limits';
import type { ServiceLogger } from '../logging/service.logger';

export type Application = NestExpressApplication | NestFastifyApplication;

/**
 * Receives a request as it arrived, before its path is decoded and before any decision by its method, path or
 * headers. All later code sees the changes that it makes to them.
 */
export type BeforeRouting = (request: IncomingMessage) => void;

/** Creates the Nest application on the adapter that the environment names. Bodies are small JSON objects. */
export function createApplication(
  module: DynamicModule,
  environment: ServiceEnvironment,
  logger: ServiceLogger,
  beforeRouting: BeforeRouting = () => undefined,
): Promise<Application> {
  return environment.HTTP_ADAPTER === 'fastify'
    ? createFastify(module, environment, logger, beforeRouting)
    : createExpress(module, environment, logger, beforeRouting);
}

async function createExpress(
  module: DynamicModule,
  { TRUST_PROXY }: ServiceEnvironment,
  logger: ServiceLogger,
  beforeRouting: BeforeRouting,
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(
    module,
    new LimitedExpressAdapter(),
    {
      logger,
      bodyParser: false,
      abortOnError: false,
    },
  );
  app.set('trust proxy', TRUST_PROXY);
  // Responses must not be stored, so clients have no ETag to compare.
  app.set('etag', false);
  app.use(logger.follow);
  app.use((request: IncomingMessage, _response: unknown, next: () => void) => {
    beforeRouting(request);
    next();
  });
  return app;
}

async function createFastify(
  module: DynamicModule,
  { TRUST_PROXY }: ServiceEnvironment,
  logger: ServiceLogger,
  beforeRouting: BeforeRouting,
): Promise<NestFastifyApplication> {
  const trustProxy =
    typeof TRUST_PROXY === 'number' ? (_: string, hop: number) => hop < TRUST_PROXY : TRUST_PROXY;
  const adapter = new FastifyAdapter({
    trustProxy,
    bodyLimit: MAX_BODY,
    // While the service shuts down, it still serves requests.
    return503OnClosing: false,
    serverFactory: createHttpServer,
    clientErrorHandler: answerClientError,
    frameworkErrors: answerFrameworkError,
    // Fastify's only option that runs before routing.
    rewriteUrl: (request: IncomingMessage) => {
      beforeRouting(request);
      return request.url ?? '/';
    },
  });
  // Runs before Nest's own hooks, which reject requests from other sites' pages.
  adapter.setOnRequestHook((request, reply, done) => {
    logger.follow(request, reply.raw, done);
  });
  return NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
}
