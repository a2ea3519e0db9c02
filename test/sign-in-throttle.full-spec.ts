import { signInThrottle, untrustedProxy } from './suites/sign-in-throttle';

signInThrottle('fastify');
untrustedProxy('express');
