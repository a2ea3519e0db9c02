import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { fuzzed } from '../../../../tools/testing/fuzzed.js';
import { httpAdapters } from '../testing/http-adapters.js';
import { expectNobodyLetIn, isSessionOrCounted } from './testing/hostile-records.suite.js';
import { ownRedis } from './testing/own-redis.js';

const redis = ownRedis();

beforeEach(() => {
  jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('whatever is in Redis where a record should be', () => {
  it('is the session, or none and counted', () =>
    fc.assert(isSessionOrCounted(redis.client), fuzzed(300)));

  it.each(httpAdapters)(
    'lets nobody in without the roles that it says, over HTTP on %s',
    (_, makeAdapter) => expectNobodyLetIn(redis.client, makeAdapter, 100),
  );
});
