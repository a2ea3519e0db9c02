import { eachRow } from '../../../../tools/testing/each-row.js';
import { findingsIn } from './redis-info-check.js';

/** Excerpt of a safe Redis' reply to INFO; redis-check.int-spec.ts covers real servers. */
const FIT = [
  ...['# Server', 'redis_version:7.0.15', 'redis_mode:standalone', 'os:Linux x86_64', ''],
  ...['# Memory', 'used_memory:1064848', 'maxmemory:0', 'maxmemory_policy:noeviction', ''],
  ...['# Persistence', 'loading:0', 'rdb_last_save_time:1732900000', 'aof_enabled:1', ''],
  ...['aof_rewrite_in_progress:0', '# Replication', 'role:master', ''],
].join('\r\n');

/** Returns the reply to INFO with other values in some fields. */
function infoWith(fields: Record<string, string>): string {
  return Object.entries(fields).reduce(
    (info, [name, value]) => info.replace(new RegExp(`^${name}:.*$`, 'm'), `${name}:${value}`),
    FIT,
  );
}

function problemsIn(info: string): string[] {
  return findingsIn(info).map(
    ({ what, advice, isCertain }) => `${what}${isCertain ? '' : '?'}: ${advice}`,
  );
}

describe('the check of an INFO reply', () => {
  it('finds nothing on a Redis that is fit for sessions', () => {
    expect(problemsIn(FIT)).toEqual([]);
  });

  it('reports missing persistence, or snapshots alone, which restore ended sessions', () => {
    expect(problemsIn(infoWith({ aof_enabled: '0' }))).toEqual([
      expect.stringMatching(/^Unpersisted: .*from a snapshot.*'appendonly yes'\.$/),
    ]);
  });

  it('reports a policy that evicts sessions', () =>
    eachRow(['allkeys-lru', 'allkeys-random', 'volatile-lru', 'volatile-ttl'], (policy) => {
      expect(problemsIn(infoWith({ maxmemory_policy: policy }))).toEqual([
        expect.stringMatching(`^Evicting: maxmemory-policy is ${policy}\\. .*noeviction'\\.$`),
      ]);
    }));

  it('reports a version that is too old', () =>
    eachRow(['6.2.14', '5.0.0', '2.8.17'], (version) => {
      expect(problemsIn(infoWith({ redis_version: version }))).toEqual([
        expect.stringMatching(`^Too old: version ${version} .* Upgrade to 7\\.0`),
      ]);
    }));

  it('accepts a version that is new enough', () =>
    eachRow(['7.0.0', '7.2.4', '8.0.1', '10.0.0'], (version) => {
      expect(problemsIn(infoWith({ redis_version: version }))).toEqual([]);
    }));

  it('reports several problems at once', () => {
    const all = problemsIn(
      infoWith({ aof_enabled: '0', maxmemory_policy: 'allkeys-lfu', redis_version: '6.0.0' }),
    );

    expect(all.map((it) => it.split(':')[0])).toEqual(['Unpersisted', 'Evicting', 'Too old']);
  });

  it('reports an unclear result when a field is missing', () => {
    expect(problemsIn(FIT.replace(/^(aof_enabled|maxmemory_policy):.*/gm, ''))).toEqual([
      'Unclear?: INFO does not report aof_enabled, maxmemory_policy.',
    ]);
  });
});
