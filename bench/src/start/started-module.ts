import { type DynamicModule, Module, type Type } from '@nestjs/common';
import type { StartVariant } from './start-figures';

/**
 * Returns the module of an application. Each variant imports what it needs at this moment, so that no variant
 * pays for the imports of another.
 */
export async function startedModule(
  variant: StartVariant,
  redis: string,
): Promise<Type | DynamicModule> {
  if (variant === 'bare') return bareModule(redis);
  const { SessionModule } = await import('nest-sessions');
  const sessions = SessionModule.forRoot({ redis, nearCache: variant === 'near-cached' });
  if (variant !== 'issuer') return sessions;
  const { SessionIssuerModule } = await import('nest-sessions/issuer');
  return { module: Started, imports: [sessions, SessionIssuerModule.forRoot({})] };
}

/** Returns a module with an ioredis client that has answered, as the library has one. */
async function bareModule(redis: string): Promise<DynamicModule> {
  const { Redis } = await import('ioredis');
  const client = new Redis(redis);
  await client.ping();
  return { module: Started, providers: [{ provide: Redis, useValue: client }] };
}

@Module({})
class Started {}
