import { restarts } from './suites/restarts';

restarts('fastify');
