import { signInThrottle, untrustedProxy } from './suites/sign-in-throttle';

signInThrottle('express');
untrustedProxy('fastify');
