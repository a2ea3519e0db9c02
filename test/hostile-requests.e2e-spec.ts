import { hostileRequests, incompleteRequests } from './suites/hostile-requests';
import { ADAPTERS } from './support/system';

for (const adapter of ADAPTERS) hostileRequests(adapter);
incompleteRequests(ADAPTERS);
