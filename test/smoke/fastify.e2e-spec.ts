import { outage } from '../suites/outage';
import { requests } from '../suites/requests';

requests('fastify', 'redis');
outage('fastify', 'redis');
