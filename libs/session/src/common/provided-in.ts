import type { ModuleRef } from '@nestjs/core';

/**
 * Returns a provider of any module of an application; `null` when no module provides it, so that the application does
 * not have the feature.
 */
export function providedIn<T>(
  modules: ModuleRef,
  token: (abstract new (...args: never[]) => T) | symbol,
): T | null {
  try {
    return modules.get<T>(token, { strict: false });
  } catch {
    return null;
  }
}
