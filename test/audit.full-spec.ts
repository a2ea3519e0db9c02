import { audit } from './suites/audit';

audit('fastify');
