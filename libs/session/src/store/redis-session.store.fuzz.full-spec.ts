import { httpAdapters } from '../testing/http-adapters';
import { describeHostileRecords } from './testing/hostile-records.suite';
import { ownRedis } from './testing/own-redis';

describeHostileRecords(ownRedis(), { records: 300, requests: 100, adapters: httpAdapters });
