import { manySignIns, refusedSignIns } from './suites/sign-in-load';

refusedSignIns('express');
manySignIns('fastify');
