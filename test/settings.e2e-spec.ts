import { settings } from './suites/settings';

settings('fastify');
