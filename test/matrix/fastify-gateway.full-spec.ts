import { matrix } from './matrix';

matrix('fastify', 'gateway');
