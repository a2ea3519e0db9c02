import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RedisCredentials {
  readonly username: string;
  readonly password: string;
}

/** Whom the tests come as: a user who may do everything. */
const TESTER = 'tester';

/** The users of an ACL file, and one more for the tests themselves, whose password is new each time. */
export class RedisUsers {
  private constructor(private readonly text: string) {}

  /** @param file One of the files that the project ships, with passwords in plain text. */
  static async of(file: string): Promise<RedisUsers> {
    const password = randomBytes(24).toString('base64url');
    const tester = `user ${TESTER} on >${password} ~* &* +@all\n`;
    return new RedisUsers((await readFile(file, 'utf8')) + tester);
  }

  /**
   * Writes the users to a file for servers that are started meanwhile. A server reads it once, at its
   * start; it is removed afterwards.
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

  /** @throws Error when there is no such user */
  credentialsOf(username: string): RedisCredentials {
    const password = new RegExp(`^user ${username} on >(\\S+) `, 'm').exec(this.text)?.[1];
    if (password === undefined) throw new Error(`no password of the Redis user ${username}`);
    return { username, password };
  }

  /** The REDIS_URL of a user, for a Redis on this port of the loopback address. */
  urlOf(username: string, port: number): string {
    const { password } = this.credentialsOf(username);
    return `redis://${username}:${encodeURIComponent(password)}@127.0.0.1:${port}`;
  }

  testerUrl(port: number): string {
    return this.urlOf(TESTER, port);
  }

  /** As whom a server follows another: the user `replica`. */
  get replicationArguments(): string[] {
    const { username, password } = this.credentialsOf('replica');
    return ['--masteruser', username, '--masterauth', password];
  }
}
