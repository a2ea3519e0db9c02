import { admin } from './suites/admin';

admin('express');
