import type { Abstract, INestApplicationContext, Type } from '@nestjs/common';

/** Application under test: a Nest application, a microservice, or a `TestingModule`. */
export type TestedApp = Pick<INestApplicationContext, 'get'>;

/** Returns a provider of any module of the application; `undefined` when no module has it. */
export function providerOf<T>(
  app: { get(token: Type<T> | Abstract<T> | symbol, options: { strict: false }): T },
  token: Type<T> | Abstract<T> | symbol,
): T | undefined {
  try {
    return app.get(token, { strict: false });
  } catch {
    // Nest throws for a missing provider, and its error class is internal.
    return undefined;
  }
}
