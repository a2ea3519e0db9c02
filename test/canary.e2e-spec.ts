import { canary } from './suites/canary';

canary('fastify');
