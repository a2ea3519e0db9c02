import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { repositoryRoot } from '../tools/repository-root';
import { eachRow } from '../tools/testing/each-row';

describe('docker/redis/fill-passwords.sh', () => {
  const password = randomBytes(32).toString('hex');
  const hash = createHash('sha256').update(password).digest('hex');

  function fill(input: string, variables: Record<string, string>) {
    const script = join(repositoryRoot, 'docker/redis/fill-passwords.sh');
    const env = { PATH: process.env.PATH, ...variables };
    return spawnSync('/bin/sh', [script], { input, env, encoding: 'utf8' });
  }

  it('fills in hashes for users, and passwords elsewhere', () => {
    const input = [
      'user auth on >change-me-auth ~a* -@all',
      'user author on ~b* >change-me-author',
      'masterauth change-me-auth',
      '',
    ].join('\n');
    const other = 'b'.repeat(40);
    const otherHash = createHash('sha256').update(other).digest('hex');
    const variables = { REDIS_PASSWORD_AUTH: password, REDIS_PASSWORD_AUTHOR: other };
    const { stdout, status } = fill(input, variables);
    expect(status).toBe(0);
    expect(stdout).toBe(
      [
        `user auth on #${hash} ~a* -@all`,
        `user author on ~b* #${otherHash}`,
        `masterauth ${password}`,
        '',
      ].join('\n'),
    );
  });

  const REFUSED: readonly (readonly [
    reason: string,
    variables: Record<string, string>,
    complaint: string,
  ])[] = [
    ['is missing', {}, 'REDIS_PASSWORD_AUTH is not set'],
    ['is empty', { REDIS_PASSWORD_AUTH: '' }, 'REDIS_PASSWORD_AUTH is not set'],
    ['is short', { REDIS_PASSWORD_AUTH: 'a'.repeat(31) }, 'at least 32 characters'],
    ['is the placeholder', { REDIS_PASSWORD_AUTH: 'change-me-auth' }, 'is a placeholder'],
    ['does not fit into a URL', { REDIS_PASSWORD_AUTH: `${password}@` }, 'letters, digits'],
    ['would be a command', { REDIS_PASSWORD_AUTH: `${password}/e;id` }, 'letters, digits'],
  ];

  it('refuses a missing or unsafe password without printing it', async () => {
    await eachRow(
      REFUSED,
      ([, variables, complaint]) => {
        const { stdout, stderr, status } = fill('user auth on >change-me-auth\n', variables);
        expect(status).toBe(1);
        expect(stdout).toBe('');
        expect(stderr).toContain(complaint);
        expect(stderr).not.toContain(password);
      },
      ([reason]) => reason,
    );
  });

  it.each([
    ['has no name', '>change-me-Auth', 'REDIS_PASSWORD_ is not set'],
    ['goes on after a name', '>change-me-auth2', 'a placeholder is left'],
  ])('refuses a placeholder that %s', (_, placeholder, complaint) => {
    const variables = { REDIS_PASSWORD_AUTH: password };
    const { stdout, stderr, status } = fill(`user auth on ${placeholder} +@all\n`, variables);
    expect([stdout, status]).toEqual(['', 1]);
    expect(stderr).toContain(complaint);
  });
});
