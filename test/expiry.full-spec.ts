import { expiry } from './suites/expiry';

expiry('fastify');
