import { canary } from './suites/canary';

canary('express');
