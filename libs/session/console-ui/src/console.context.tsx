import { createContext, use } from 'react';
import type { ConsoleApi } from './api/console.api';

export const ConsoleContext = createContext<ConsoleApi | null>(null);

/** Returns the API of the console, with its configuration. */
export function useApi(): ConsoleApi {
  const api = use(ConsoleContext);
  if (api === null) throw new Error('useApi() needs a <ConsoleContext>.');
  return api;
}
