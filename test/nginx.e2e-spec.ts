import { nginx } from './suites/nginx';

nginx('express');
