import { writeOnceAttributes } from './suites/write-once-attributes';

writeOnceAttributes('express', 'redis');
