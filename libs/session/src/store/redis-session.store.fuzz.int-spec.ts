import { httpAdapters } from '../testing/http-adapters';
import { startedRedis } from '../testing/started-redis';
import { describeHostileRecords } from './testing/hostile-records.suite';

// The full tier tries more of them, and on every adapter.
const adapters = httpAdapters.slice(0, 1);
describeHostileRecords(startedRedis(), { records: 60, requests: 15, adapters });
