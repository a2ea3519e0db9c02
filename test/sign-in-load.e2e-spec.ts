import { manySignIns, refusedSignIns } from './suites/sign-in-load';

refusedSignIns('fastify');
manySignIns('express');
