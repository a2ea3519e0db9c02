import { expiry } from './suites/expiry';

expiry('express');
