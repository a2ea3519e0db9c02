import { startedRedis } from '../testing/started-redis';
import { createRedisClient } from './redis-client';
import { describeLostReplies } from './testing/lost-replies.suite';

describeLostReplies('standalone', startedRedis(), (_, { port }) => createRedisClient({ port }));
