import { found, unclear, type RedisFinding } from './redis-check.finding.js';

/** Redis 7.0 introduced `PEXPIRE` with `GT`, so that a renewal never shortens the idle timeout. */
const OLDEST_MAJOR_VERSION = 7;

const NEEDED_FIELDS = ['redis_version', 'aof_enabled', 'maxmemory_policy'] as const;

/**
 * Returns the findings in a reply to `INFO`, which a least-privilege user may send. `CONFIG GET` would
 * report more, but Redis denies it to that user.
 *
 * Snapshots do not count as persistence. `INFO` reports the last snapshot, but not whether snapshots are
 * scheduled. A restart from a snapshot brings back every session that ended after the snapshot was taken.
 *
 * @param info The reply, https://redis.io/docs/latest/commands/info/
 */
export function findingsIn(info: string): RedisFinding[] {
  const fields = Object.fromEntries(
    NEEDED_FIELDS.map((name) => [name, new RegExp(`^${name}:(.+)`, 'm').exec(info)?.[1]]),
  );
  const { redis_version: version, aof_enabled: aof, maxmemory_policy: policy } = fields;
  const findings: RedisFinding[] = [];
  if (aof === '0') {
    findings.push(
      found(
        'Unpersisted',
        "a restart signs all users out or, from a snapshot, brings ended sessions back. Set 'appendonly yes'.",
      ),
    );
  }
  if (policy !== undefined && policy !== 'noeviction') {
    findings.push(
      found(
        'Evicting',
        `maxmemory-policy is ${policy}. When memory is full, Redis deletes sessions. Set 'maxmemory-policy noeviction'.`,
      ),
    );
  }
  if (version !== undefined && Number.parseInt(version, 10) < OLDEST_MAJOR_VERSION) {
    findings.push(
      found(
        'Too old',
        `version ${version} lacks required commands. Upgrade to ${OLDEST_MAJOR_VERSION}.0 or later.`,
      ),
    );
  }
  const missing = NEEDED_FIELDS.filter((name) => fields[name] === undefined);
  if (missing.length > 0) {
    findings.push(unclear('Unclear', `INFO does not report ${missing.join(', ')}.`));
  }
  return findings;
}
