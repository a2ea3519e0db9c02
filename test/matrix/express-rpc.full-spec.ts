import { matrix } from './matrix';

matrix('express', 'rpc');
