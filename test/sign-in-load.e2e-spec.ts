import { floodOfNames, manySignIns, refusedSignIns } from './suites/sign-in-load';

floodOfNames('express');
refusedSignIns('fastify');
manySignIns('express');
