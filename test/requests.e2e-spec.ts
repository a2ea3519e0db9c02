import { requests } from './suites/requests';

requests('express', 'redis');
