import { matrix } from './matrix';

matrix('fastify', 'rpc');
