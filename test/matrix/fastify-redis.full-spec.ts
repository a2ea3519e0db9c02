import { accessCatalogue } from '../suites/access-catalogue';
import { admin } from '../suites/admin';
import { events } from '../suites/events';
import { nginx } from '../suites/nginx';
import { story } from '../suites/story';
import { tokens } from '../suites/tokens';
import { verify } from '../suites/verify';
import { matrix } from './matrix';

matrix('fastify', 'redis', ['requests', 'outage']);
story('fastify');
admin('fastify');
tokens('fastify');
events('fastify');
verify('fastify');
accessCatalogue('fastify');
nginx('fastify');
