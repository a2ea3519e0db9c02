export { EnvironmentError } from './environment/environment.error';
export { loadEnvironment } from './environment/load-environment';
export { IsPortNumber, IsWholeNumber, ToSwitch } from './environment/environment-values';
export { ServiceEnvironment } from './environment/service.environment';
export { ProblemException } from './http/problem.exception';
export { PlatformModule } from './platform.module';
export { runService, type Service } from './run-service';
