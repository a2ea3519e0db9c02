import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { fuzzed } from '../../../../tools/testing/fuzzed.js';
import { httpAdapters } from '../../test-support/http-adapters.js';
import { startedRedis } from '../../test-support/started-redis.js';
import { expectNobodyLetIn, isSessionOrCounted } from './test-support/hostile-records.suite.js';

/** First adapter only: the full tier covers every adapter, with more values. */
const adapters = httpAdapters.slice(0, 1);

const redis = startedRedis();

beforeEach(() => {
  jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('any value in Redis in place of a session record', () => {
  it('is read as the session that it encodes, or rejected and counted', () =>
    fc.assert(isSessionOrCounted(redis.client), fuzzed(60)));

  it.each(adapters)(
    'grants no access without the roles that it contains, over HTTP on %s',
    (_, makeAdapter) => expectNobodyLetIn(redis.client, makeAdapter, 15),
  );
});
