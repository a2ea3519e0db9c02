import type { HttpServer } from '@nestjs/common';
import type { CurrentCarrier } from './current-carrier.js';

/** Part of a Fastify instance. */
interface FastifyHooks {
  addHook(
    name: 'onRequest',
    hook: (request: object, reply: object, done: () => void) => void,
  ): unknown;
}

/** Makes every request of an HTTP adapter the current carrier, before Nest calls its first guard. */
export function enterHttpRequests(adapter: HttpServer, carriers: CurrentCarrier): void {
  if (adapter.getType() === 'fastify') {
    // A middleware receives the request of Node.js there. The guard attaches the session to Fastify's request.
    (adapter.getInstance() as FastifyHooks).addHook('onRequest', (request, _reply, done) => {
      carriers.run(request, done);
    });
    return;
  }
  // Not by the middleware consumer: its paths depend on the global prefix and its exclusions.
  adapter.use((request: object, _response: object, next: () => void) => {
    carriers.run(request, next);
  });
}
