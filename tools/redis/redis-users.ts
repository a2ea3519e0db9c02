import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RedisCredentials {
  readonly username: string;
  readonly password: string;
}

/** User of the tests themselves, with all permissions. */
const TESTER = 'tester';

/**
 * Users of an ACL file, with an additional user for the tests themselves, whose password is new each time.
 */
export class RedisUsers {
  private constructor(private readonly text: string) {}

  /** @param file An ACL file that the project ships, with passwords in plain text. */
  static async of(file: string): Promise<RedisUsers> {
    const password = randomBytes(24).toString('base64url');
    const tester = `user ${TESTER} on >${password} ~* &* +@all\n`;
    return new RedisUsers((await readFile(file, 'utf8')) + tester);
  }

  /**
   * Writes the users to a file for servers that start meanwhile, and removes the file afterwards. A server
   * reads the file once, at its start.
   */
  async whileInFile<T>(start: (aclFile: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'redis-users-'));
    try {
      const aclFile = join(folder, 'users.acl');
      await writeFile(aclFile, this.text);
      return await start(aclFile);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  /** @throws Error when the user does not exist */
  credentialsOf(username: string): RedisCredentials {
    const password = new RegExp(`^user ${username} on >(\\S+) `, 'm').exec(this.text)?.[1];
    if (password === undefined) throw new Error(`no password of the Redis user ${username}`);
    return { username, password };
  }

  /** Returns the REDIS_URL of a user, for a Redis on this port of the loopback address. */
  urlOf(username: string, port: number): string {
    const { password } = this.credentialsOf(username);
    return `redis://${username}:${encodeURIComponent(password)}@127.0.0.1:${port}`;
  }

  testerUrl(port: number): string {
    return this.urlOf(TESTER, port);
  }

  /** Arguments with which a server follows another as the user `replica`. */
  get replicationArguments(): string[] {
    const { username, password } = this.credentialsOf('replica');
    return ['--masteruser', username, '--masterauth', password];
  }
}
