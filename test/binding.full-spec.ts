import { unboundToken } from './suites/binding';

unboundToken('fastify');
