export { EnvironmentError } from './environment/environment.error';
export { loadEnvironment } from './environment/load-environment';
export { IsPortNumber, IsWholeNumber, toList, ToSwitch } from './environment/environment-values';
export { RedisEnvironment } from './environment/redis.environment';
export { ServiceEnvironment } from './environment/service.environment';
export { ProblemException } from './http/problem.exception';
export { SESSION_REDIS } from './redis/session-redis.token';
export { PlatformModule } from './platform.module';
export { runService, type Service } from './run-service';
