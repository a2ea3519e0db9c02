import { settings } from './suites/settings';

settings('express');
