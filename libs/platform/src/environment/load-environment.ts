import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { EnvironmentError } from './environment.error';

/**
 * Reads environment variables into a class whose fields have the names of the variables, and validates them
 * with the class-validator decorators of the class. An empty variable counts as not set, as in
 * `REDIS_URL= npm start`.
 *
 * @throws EnvironmentError with all problems at once.
 */
export function loadEnvironment<T extends object>(
  type: Type<T>,
  variables: NodeJS.ProcessEnv = process.env,
): T {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const environment = plainToInstance(type, set, { exposeDefaultValues: true });
  const problems = validateSync(environment).flatMap(({ property, constraints }) =>
    Object.values(constraints ?? {}).map((message) => `${property}: ${message}`),
  );
  if (problems.length > 0) throw new EnvironmentError(problems);
  return environment;
}
