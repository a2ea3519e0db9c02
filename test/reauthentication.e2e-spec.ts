import { reauthentication } from './suites/reauthentication';

reauthentication('express', 'redis');
