import { browserRules } from './suites/browser-rules';
import { ADAPTERS } from './support/system';

for (const adapter of ADAPTERS) browserRules(adapter);
