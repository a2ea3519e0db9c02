import { audit } from './suites/audit';

audit('express');
