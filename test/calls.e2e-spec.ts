import { callsWithToken, signedCalls } from './suites/calls';

callsWithToken('fastify');
signedCalls('express', 'redis');
