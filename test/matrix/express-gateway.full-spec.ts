import { matrix } from './matrix';

matrix('express', 'gateway');
