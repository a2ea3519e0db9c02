import { additions } from './suites/additions';

additions('express', 'redis');
