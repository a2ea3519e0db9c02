import { MemorySessionEventLog } from './memory-session-event.log.js';
import { describeSessionEventLog } from './test-support/session-event-log.contract.js';

describeSessionEventLog('memory', () => new MemorySessionEventLog());
