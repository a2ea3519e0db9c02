/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters -- Nest's interface has them. */
import type { ExecutionContext, Type } from '@nestjs/common';

/** Execution context of the opening of a connection, for the guard: Nest has none. */
export abstract class OpeningContext implements ExecutionContext {
  abstract getType<T extends string>(): T;

  abstract getClass<T>(): Type<T>;

  abstract getHandler(): ReturnType<ExecutionContext['getHandler']>;

  abstract getArgs<T extends unknown[]>(): T;

  getArgByIndex<T>(index: number): T {
    return this.getArgs<T[]>()[index] as T;
  }

  switchToWs(): ReturnType<ExecutionContext['switchToWs']> {
    return {
      getClient: <T>() => this.getArgByIndex<T>(0),
      getData: <T>() => this.getArgByIndex<T>(1),
      getPattern: () => '',
    };
  }

  switchToRpc(): ReturnType<ExecutionContext['switchToRpc']> {
    return {
      getData: <T>() => this.getArgByIndex<T>(0),
      getContext: <T>() => this.getArgByIndex<T>(1),
    };
  }

  switchToHttp(): ReturnType<ExecutionContext['switchToHttp']> {
    return {
      getRequest: <T>() => this.getArgByIndex<T>(0),
      getResponse: <T>() => this.getArgByIndex<T>(1),
      getNext: <T>() => this.getArgByIndex<T>(2),
    };
  }
}
