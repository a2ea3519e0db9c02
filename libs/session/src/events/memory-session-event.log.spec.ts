import { MemorySessionEventLog } from './memory-session-event.log';
import { describeSessionEventLog } from './testing/session-event-log.contract';

describeSessionEventLog('memory', () => new MemorySessionEventLog());
