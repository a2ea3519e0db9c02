import { found, notFoundOut, type RedisFinding } from './redis-check.finding.js';

/** `PEXPIRE` with `GT`, by which a slide never shortens a session's life, came with Redis 7.0. */
const OLDEST_MAJOR_VERSION = 7;

const NEEDED_FIELDS = ['redis_version', 'aof_enabled', 'maxmemory_policy'] as const;

/**
 * What Redis tells of itself by `INFO`, which a user of least privilege may send. `CONFIG GET` would
 * tell more, and is refused.
 *
 * Snapshots do not count as persistence. `INFO` does not tell whether any are scheduled, only whether
 * there was one; and a restart from one brings back every session that ended after it was taken.
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
        "a restart signs everybody out or, from a snapshot, brings ended sessions back. Set 'appendonly yes'.",
      ),
    );
  }
  if (policy !== undefined && policy !== 'noeviction') {
    findings.push(
      found(
        'Evicting',
        `maxmemory-policy is ${policy}. When its memory is full, users are signed out. Set 'maxmemory-policy noeviction'.`,
      ),
    );
  }
  if (version !== undefined && Number.parseInt(version, 10) < OLDEST_MAJOR_VERSION) {
    findings.push(
      found(
        'Too old',
        `version ${version} lacks commands that sessions need. Update it to ${OLDEST_MAJOR_VERSION}.0 or later.`,
      ),
    );
  }
  const missing = NEEDED_FIELDS.filter((name) => fields[name] === undefined);
  if (missing.length > 0) {
    findings.push(notFoundOut('Unclear', `INFO does not tell ${missing.join(', ')}.`));
  }
  return findings;
}
