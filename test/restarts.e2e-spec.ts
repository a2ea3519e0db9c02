import { restarts } from './suites/restarts';

restarts('express');
