import { AppProcess } from '../processes/app-process';
import { reservePort } from '../processes/free-port';
import { checkPorts } from '../processes/port-check';
import { describeExit } from '../processes/process-exit';
import { provideRedis, type ProvidedRedis } from '../redis/provide-redis';
import { aborted } from './aborted';
import { listenHost, plannedPorts, serviceUrl, type Service } from './services';
import { type StartedParts } from './started-parts';

export interface StartAllOptions {
  readonly services: readonly Service[];
  /** Compiles the services; called after the checks that take no time. */
  readonly build: (signal: AbortSignal) => Promise<void>;
  readonly env: NodeJS.ProcessEnv;
  /** Called with a sentence about the current step. */
  readonly log: (message: string) => void;
  /** Called with each line that a service prints. */
  readonly onServiceLine: (name: string, line: string) => void;
  /** Collects the started parts for the caller to stop, even when the start fails midway. */
  readonly parts: StartedParts;
  /** Aborts the start. */
  readonly signal: AbortSignal;
}

export interface RunningSystem {
  /** Address of Redis, without a password. */
  readonly redis: string;
  /** Rejects with the name and the reason when a part ends by itself. */
  readonly failed: Promise<never>;
}

/**
 * Starts a Redis, if the environment names none, and the services. Resolves when all of them can serve.
 *
 * @throws Error for people: a port is taken, no Redis is available, the build or a service failed
 */
export async function startAll(options: StartAllOptions): Promise<RunningSystem> {
  const { services, env, log, parts, signal } = options;
  const ports = services.flatMap((service) => plannedPorts(service, env));
  await checkPorts(ports);
  // Redis gets any other port.
  for (const { port } of ports) reservePort(port);

  const redis = await provideRedis({ env, log });
  parts.add(redis);
  log(`Redis: ${redis.description}`);
  signal.throwIfAborted();

  log(`Building ${services.map(({ name }) => name).join(', ')}`);
  const built = secondsFromNow();
  await options.build(signal);
  log(`Built in ${built()}`);

  const apps = await Promise.all(services.map((service) => startService(service, redis, options)));
  await orAborted(Promise.all(apps.map((app) => untilReady(app, log))), signal);
  return { redis: redis.description, failed: firstEnd(apps, redis) };
}

async function startService(
  service: Service,
  redis: ProvidedRedis,
  { env, parts, onServiceLine }: StartAllOptions,
): Promise<AppProcess> {
  const app = await AppProcess.start({
    ...service,
    url: serviceUrl(service, env),
    env: serviceEnvironment(service, redis, env),
    onLine: (line) => {
      onServiceLine(service.name, line);
    },
  });
  parts.add(app);
  return app;
}

/** Returns the user's environment with the values that the start has set. */
function serviceEnvironment(
  service: Service,
  redis: ProvidedRedis,
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const settings: NodeJS.ProcessEnv = { ...env, HOST: listenHost(env) };
  for (const { variable, port } of plannedPorts(service, env)) settings[variable] = String(port);
  if (redis.url !== undefined) settings.REDIS_URL = redis.url;
  return settings;
}

async function untilReady(app: AppProcess, log: (message: string) => void): Promise<void> {
  const ready = secondsFromNow();
  await app.ready();
  log(`${app.name} is ready: ${app.url} (${ready()})`);
}

/** @returns a function that returns the seconds that have passed, as text */
function secondsFromNow(): () => string {
  const start = performance.now();
  return () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const givenUp = aborted(signal).then((): never => {
    throw new Error('The start was cancelled.');
  });
  return Promise.race([work, givenUp]);
}

function firstEnd(apps: readonly AppProcess[], redis: ProvidedRedis): Promise<never> {
  const appEnds = apps.map(async (app): Promise<never> => {
    const exit = await app.exited;
    throw new Error(`${app.name} ${describeExit(exit)}. Its last lines:\n${app.lastLines}`);
  });
  const redisEnd = redis.exited.then((exit): never => {
    throw new Error(`The Redis server ${describeExit(exit)}.`);
  });
  return Promise.race([...appEnds, redisEnd]);
}
