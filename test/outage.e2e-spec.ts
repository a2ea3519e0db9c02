import { outage } from './suites/outage';

outage('express', 'redis');
