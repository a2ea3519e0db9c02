import { runInNewContext } from 'node:vm';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { failureKindOf } from './failure-kind.js';

describe('failureKindOf', () => {
  it.each([
    ['timeout', 'Command timed out'],
    ['timeout', 'Socket timeout. Expecting data, but didn’t receive any in 1000ms.'],
    ['refused', 'connect ECONNREFUSED 127.0.0.1:6379'],
    ['closed', 'Connection is closed.'],
    ['closed', "Stream isn't writeable and enableOfflineQueue options is false"],
    ['closed', 'Reached the max retries per request limit (which is 0).'],
    ['rights', "NOPERM User orders has no permissions to run the 'keys' command"],
    ['read-only', "READONLY You can't write against a read only replica."],
    ['loading', 'LOADING Redis is loading the dataset in memory'],
    ['cluster', 'CLUSTERDOWN The cluster is down'],
    ['memory', "OOM command not allowed when used memory > 'maxmemory'."],
    [
      'disk',
      'MISCONF Redis is configured to save RDB snapshots, but is unable to persist on disk.',
    ],
    ['wrong-type', 'WRONGTYPE Operation against a key holding the wrong kind of value'],
    ['replication', 'NOREPLICAS Not enough good replicas to write.'],
    ['replication', 'only 0 of 1 replicas have confirmed the write'],
    ['other', 'something else'],
  ])('returns %s for "%s"', (kind, message) => {
    const error = new SessionStoreUnavailableError({ cause: new Error(message) });
    expect(failureKindOf(error)).toBe(kind);
  });

  it('reads errors of another realm', () => {
    const foreign = runInNewContext("new Error('connect ECONNREFUSED 127.0.0.1:6379')") as Error;
    expect(foreign instanceof Error).toBe(false);
    expect(failureKindOf(foreign)).toBe('refused');
  });

  it('returns other for what is no error', () => {
    for (const value of [undefined, null, 'text', 1]) expect(failureKindOf(value)).toBe('other');
  });
});
