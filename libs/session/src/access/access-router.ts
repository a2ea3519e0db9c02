/** The routers whose order of precedence is known here. */
export type AccessRouter = 'express' | 'fastify';
