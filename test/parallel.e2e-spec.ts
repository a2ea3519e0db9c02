import { parallel } from './suites/parallel';

parallel('express', 'redis');
