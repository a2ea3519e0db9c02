import { startedRedis } from '../../test-support/started-redis.js';
import { createRedisClient } from './redis-client.js';
import { LOST_REPLIES, lostReplies } from './test-support/lost-replies.suite.js';

const redis = startedRedis();

describe.each(LOST_REPLIES)(
  'when the reply to a write is lost (standalone: %s)',
  (_, toldFirst) => {
    const lost = lostReplies(redis, (_port, { port }) => createRedisClient({ port }), toldFirst);

    it('an inserted session that is removed meanwhile does not come back', lost.insert);
    it('an inserted session is rolled back while Redis can be reached', lost.insertInReach);
    it('an updated session that is removed meanwhile does not come back', lost.update);
    it('an update is not repeated over a later update', lost.updateBeforeAnother);
    it('a renewed session that is removed meanwhile does not come back', lost.renew);
    it('a removed session is gone nevertheless, and removing it again is safe', lost.remove);
  },
);
