import { compare, hash } from 'bcrypt';
import { createHmac } from 'node:crypto';
import { PasswordPolicyError } from './password-policy.error';
import { normalizePassword } from './password-policy';
import { PasswordQueue } from './password-queue';
import { PLAIN_TURN, type PasswordTurn } from './password-turn';

/** bcrypt's cost: the logarithm, base 2, of its rounds. 12 takes some 250 ms of one core. */
export const DEFAULT_BCRYPT_COST = 12;
export const MIN_BCRYPT_COST = 10;
export const MAX_BCRYPT_COST = 15;

/** bcrypt looks at no more than the first 72 bytes of what it is given. */
const BCRYPT_MAX_BYTES = 72;

const BCRYPT_HASH = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;

/**
 * Keeps the pre-hash apart from every other HMAC-SHA-384 of a password, so that a list of plain
 * SHA hashes leaked elsewhere cannot be tried against ours. Changing it invalidates the passwords
 * that were pre-hashed.
 */
const PRE_HASH_KEY = 'nest-sessions/password/bcrypt-pre-hash/v1';

/**
 * Hashes passwords with bcrypt and checks them.
 *
 * What bcrypt would cut (anything after 72 bytes, anything after a NUL) is pre-hashed first, never
 * cut. Everything else reaches bcrypt as it is, so that bcrypt hashes of other systems (`$2a$`,
 * `$2b$`, `$2y$`) can be imported.
 *
 * All of it waits its turn in one queue. {@link hash} and {@link verify} throw
 * PasswordQueueFullError when too many wait.
 */
export class PasswordHasher {
  /**
   * @param cost a whole number from {@link MIN_BCRYPT_COST} to {@link MAX_BCRYPT_COST}; one more
   * doubles the time
   * @param queue one for the whole process, as its threads and cores are
   * @throws RangeError when the cost is anything else
   */
  constructor(
    private readonly cost: number = DEFAULT_BCRYPT_COST,
    private readonly queue: PasswordQueue = new PasswordQueue(),
  ) {
    if (!Number.isInteger(cost) || cost < MIN_BCRYPT_COST || cost > MAX_BCRYPT_COST) {
      throw new RangeError(
        `the bcrypt cost is a whole number from ${MIN_BCRYPT_COST} to ${MAX_BCRYPT_COST}`,
      );
    }
  }

  /**
   * The hash to store. Asks only for what {@link verify} can check again; that a new password is
   * long enough is for the caller to ask (`passwordProblem`).
   *
   * @throws PasswordPolicyError when the password is too long or is no well-formed text
   */
  async hash(password: string): Promise<string> {
    const normalized = normalizePassword(password);
    if ('problem' in normalized) throw new PasswordPolicyError(normalized.problem);
    const { text } = normalized;
    return this.queue.run(() => hash(withinBcryptLimits(text), this.cost));
  }

  /**
   * Whether this is the password behind the hash. Takes one turn, and bcrypt's time of this hasher's cost on
   * every path, also for a user who does not exist (`null`), a hash that is not bcrypt's, one of a lower
   * cost and a password that nobody can have, so that the time of the answer tells none of these apart. (A
   * hash of a higher cost takes the time of that cost: see {@link needsRehash}.)
   *
   * @param turn surrounds the comparison; its answer is this one's
   */
  async verify(
    password: string,
    passwordHash: string | null,
    turn: PasswordTurn = PLAIN_TURN,
  ): Promise<boolean> {
    const normalized = normalizePassword(password);
    if ('problem' in normalized || passwordHash === null || !BCRYPT_HASH.test(passwordHash)) {
      return this.queue.run(
        () =>
          turn.around(async () => {
            await compare('', dummyHash(this.cost));
            return false;
          }),
        turn.lane,
      );
    }
    // PHP's name for the same algorithm, which the bcrypt package does not know.
    const known = passwordHash.replace(/^\$2y\$/, '$2b$');
    const { text } = normalized;
    return this.queue.run(
      () =>
        turn.around(async () => {
          const isRight = await compare(withinBcryptLimits(text), known);
          await this.#makeUpFor(known);
          return isRight;
        }),
      turn.lane,
    );
  }

  /**
   * Takes the time by which a hash of a lower cost c was faster: 2^c + (2^c + … + 2^(cost-1)) is 2^cost.
   * Also after the right password, which a user may have who is disabled.
   */
  async #makeUpFor(passwordHash: string): Promise<void> {
    for (let cost = costOf(passwordHash); cost < this.cost; cost += 1) {
      await compare('', dummyHash(cost));
    }
  }

  /**
   * Whether the hash has another cost than new ones get, higher or lower. While it is higher, a sign-in of
   * this user takes longer than others, which tells that the user exists.
   */
  needsRehash(passwordHash: string): boolean {
    return costOf(passwordHash) !== this.cost;
  }
}

/** `NaN` for what is no hash of bcrypt's. */
function costOf(passwordHash: string): number {
  return Number(BCRYPT_HASH.exec(passwordHash)?.[1]);
}

/**
 * What is compared when there is nothing to compare with: a well-formed hash. Its digest was never computed
 * from a password, and its result is never looked at.
 */
function dummyHash(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`;
}

/** 64 characters of base64 stand in for what bcrypt would cut. */
function withinBcryptLimits(text: string): string {
  if (Buffer.byteLength(text) <= BCRYPT_MAX_BYTES && !text.includes('\0')) return text;
  return createHmac('sha384', PRE_HASH_KEY).update(text).digest('base64');
}
