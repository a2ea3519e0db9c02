import {
  SESSION_OPTIONS,
  SessionError,
  SessionExceptionFilter,
  type SessionOptions,
} from 'nest-sessions';
import { SecurityLog } from 'nest-sessions/audit';
import { AccessCatalogueReader } from 'nest-sessions/access';
import {
  type DynamicModule,
  type INestApplication,
  Logger,
  type LoggerService,
  type Type,
  ValidationPipe,
  type WebSocketAdapter,
} from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { EnvironmentError } from './environment/environment.error';
import { loadEnvironment } from './environment/load-environment';
import type { ServiceEnvironment } from './environment/service.environment';
import { type BeforeRouting, createApplication } from './http/create-application';
import { guardRequests } from './http/guard-requests';
import { KnownRoutes } from './http/known-routes';
import { ProblemDetailsFilter } from './http/problem-details.filter';
import { recordClientErrors } from './http/record-client-errors';
import { ServiceLogger } from './logging/service.logger';
import { serveOpenApi } from './openapi/serve-openapi';

export interface Service<E extends ServiceEnvironment> {
  /** Name of the service in logs and in its OpenAPI description. */
  name: string;
  /** Returns the root module, for the validated environment. */
  module: (environment: E) => DynamicModule;
  environment: Type<E>;
  /** Environment variable that holds the HTTP port. */
  port: keyof E & string;
  /** Nest transport to listen on in addition to HTTP; `undefined` for no other transport. */
  transport?: (environment: E) => MicroserviceOptions | undefined;

  /** Returns the adapter of the service's WebSockets; no service has WebSockets by default. */
  webSockets?: (app: INestApplication, logger: ServiceLogger) => WebSocketAdapter;

  /** Receives, and may change, each HTTP request before all other code. */
  beforeRouting?: BeforeRouting;
}

/**
 * Starts a service and runs it until it is stopped. A failure to start is logged as one message and ends the
 * process with exit code 1.
 */
export async function runService<E extends ServiceEnvironment>(service: Service<E>): Promise<void> {
  // The process that started this process over IPC has died: no other process would stop this one.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  try {
    await start(service, loadEnvironment(service.environment));
  } catch (error) {
    failureLogger(service).error(explain(error, service));
    process.exit(1);
  }
}

async function start<E extends ServiceEnvironment>(
  { name, module, port, transport, webSockets, beforeRouting }: Service<E>,
  environment: E,
): Promise<void> {
  const logger = new ServiceLogger(name, environment);
  const app = await createApplication(module(environment), environment, logger, beforeRouting);
  if (webSockets) app.useWebSocketAdapter(webSockets(app, logger));
  const options = app.get<SessionOptions>(SESSION_OPTIONS);
  // Handles Nest's default signals. Exit code 0 means that all requests were served.
  app.enableShutdownHooks([], { useProcessExit: true });
  guardRequests(app, environment);
  app.useGlobalPipes(
    new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }),
  );
  const { httpAdapter } = app.get(HttpAdapterHost);
  const routes = new KnownRoutes(app.get(AccessCatalogueReader));
  const audit = app.get(SecurityLog);
  app.useGlobalFilters(
    new ProblemDetailsFilter(httpAdapter, app.get(SessionExceptionFilter), routes, audit),
  );
  recordClientErrors(app.getHttpServer(), logger, audit);
  if (!environment.isProduction) serveOpenApi(app, name, options.cookie.name);
  const microservice = transport?.(environment);
  if (microservice) {
    app.get(ApplicationConfig).registerPreRequestHook(logger.followMessage);
    // The guard and the filters also apply to this transport: handlers are closed unless opened explicitly.
    app.connectMicroservice(microservice, { inheritAppConfig: true });
  }
  // Listens only after everything that requests need is ready.
  await app.init();
  await routes.read();
  await app.startAllMicroservices();
  await app.listen(environment[port] as number, environment.HOST);
  new Logger(name).log(`Listening on ${await app.getUrl()} (${environment.HTTP_ADAPTER})`);
}

/** Logs one JSON line in production, like the service itself, without needing a valid environment. */
function failureLogger<E extends ServiceEnvironment>({ name }: Service<E>): LoggerService {
  return process.env.NODE_ENV === 'production'
    ? new ServiceLogger(name, { isProduction: true, LOG_LEVEL: 'error', TRUST_PROXY: false })
    : new Logger(name);
}

function explain(error: unknown, { name, port }: { name: string; port: string }): string {
  if (error instanceof EnvironmentError || error instanceof SessionError) return error.message;
  if (isAddressInUse(error)) {
    return `Port ${error.port} on ${error.address} is in use. Stop the process that listens there, or give ${name} another port (HTTP: ${port}).`;
  }
  if (!(error instanceof Error)) return String(error);
  // A message that starts with the variable to fix is complete; other errors need their stack.
  return /^[A-Z][A-Z_]+: /.test(error.message) ? error.message : (error.stack ?? error.message);
}

function isAddressInUse(error: unknown): error is Error & { address: string; port: number } {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
