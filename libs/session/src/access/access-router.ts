/** Routers with a known order of precedence. */
export type AccessRouter = 'express' | 'fastify';
