import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { fuzzed } from '../../../../tools/testing/fuzzed.js';
import { httpAdapters } from '../../test-support/http-adapters.js';
import { expectNobodyLetIn, isSessionOrCounted } from './test-support/hostile-records.suite.js';
import { ownRedis } from './test-support/own-redis.js';

const redis = ownRedis();

beforeEach(() => {
  jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('any value in Redis in place of a session record', () => {
  it('is read as the session that it encodes, or rejected and counted', () =>
    fc.assert(isSessionOrCounted(redis.client), fuzzed(300)));

  it.each(httpAdapters)(
    'grants no access without the roles that it contains, over HTTP on %s',
    (_, makeAdapter) => expectNobodyLetIn(redis.client, makeAdapter, 100),
  );
});
