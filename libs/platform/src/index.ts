/**
 * Kit of the sample services in `apps/`: environment, logging, problem details, health. It is no part of the
 * package `nest-sessions`, and no application needs it.
 *
 * @packageDocumentation
 */
export { IsDuration, IsDurationWithin, millisecondsIn } from './environment/duration-rules';
export { EnvironmentError } from './environment/environment.error';
export { loadEnvironment } from './environment/load-environment';
export { IsPortNumber, IsWholeNumber, toList, ToSwitch } from './environment/environment-values';
export { RedisEnvironment } from './environment/redis.environment';
export { ResourceEnvironment } from './environment/resource.environment';
export { ServiceEnvironment } from './environment/service.environment';
export { ReadinessDetails } from './health/readiness-details';
export { ignoreUpgrade } from './http/ignore-upgrade';
export { ProblemException } from './http/problem.exception';
export { CommandSecurityLog } from './logging/command-security.log';
export type { ServiceLogger } from './logging/service.logger';
export { ServiceMetrics } from './metrics/service-metrics';
export { SESSION_REDIS } from './redis/session-redis.token';
export { PlatformModule } from './platform.module';
export { runService, type Service } from './run-service';
export { resourceSession, sessionSource } from './session/resource-session';
export { sessionFeatures } from './session/session-features';
export { StreamLimit } from './streams/stream-limit';
