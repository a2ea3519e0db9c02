import { binding, unboundToken } from './suites/binding';

binding('express', 'redis');
unboundToken('express');
