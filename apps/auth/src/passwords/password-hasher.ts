import { compare, hash } from 'bcrypt';
import { createHmac } from 'node:crypto';
import { PasswordPolicyError } from './password-policy.error';
import { normalizePassword } from './password-policy';
import { PasswordQueue } from './password-queue';
import { PLAIN_TURN, type PasswordTurn } from './password-turn';

/** bcrypt's cost: the logarithm, base 2, of its rounds. A cost of 12 takes some 250 ms of one core. */
export const DEFAULT_BCRYPT_COST = 12;
export const MIN_BCRYPT_COST = 10;
export const MAX_BCRYPT_COST = 15;

/** bcrypt reads only the first 72 bytes of its input. */
const BCRYPT_MAX_BYTES = 72;

const BCRYPT_HASH = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;

/**
 * Separates the pre-hash from every other HMAC-SHA-384 of a password, so that a leaked list of plain SHA
 * hashes cannot be tried against these hashes. A change of the key invalidates all pre-hashed passwords.
 */
const PRE_HASH_KEY = 'nest-sessions/password/bcrypt-pre-hash/v1';

/**
 * Hashes passwords with bcrypt and checks them.
 *
 * A password that bcrypt would cut (after 72 bytes, or at a NUL) is pre-hashed first, never cut. All other
 * passwords reach bcrypt unchanged, so that bcrypt hashes of other systems (`$2a$`, `$2b$`, `$2y$`) can be
 * imported.
 *
 * All work waits in one queue. {@link hash} and {@link verify} throw PasswordQueueFullError when too many
 * wait.
 */
export class PasswordHasher {
  /**
   * @param cost a whole number from {@link MIN_BCRYPT_COST} to {@link MAX_BCRYPT_COST}; each step doubles the
   *   time
   * @param queue one queue for the whole process, which shares its threads and cores
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
   * Returns the hash to store. Requires only what {@link verify} can check again. The caller must check that
   * a new password is long enough (`passwordProblem`).
   *
   * @throws PasswordPolicyError when the password is too long or is not well-formed text
   */
  async hash(password: string): Promise<string> {
    const normalized = normalizePassword(password);
    if ('problem' in normalized) throw new PasswordPolicyError(normalized.problem);
    const { text } = normalized;
    return this.queue.run(() => hash(withinBcryptLimits(text), this.cost));
  }

  /**
   * Returns whether the password belongs to the hash. Every path takes one turn, and bcrypt's time at this
   * hasher's cost. This holds for a user who does not exist (`null`), a hash that is not bcrypt's, a hash of
   * a lower cost and a password that no user can have. The response time therefore reveals none of these
   * cases. (A hash of a higher cost takes the time of that cost: see {@link needsRehash}.)
   *
   * @param turn surrounds the comparison; its result is the result of this method
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
    // `$2y$` is PHP's name for the same algorithm; the bcrypt package does not know it.
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
   * Takes the time by which a hash of a lower cost c was faster: 2^c + (2^c + … + 2^(cost-1)) is 2^cost. Runs
   * after the right password, too: the user may be disabled.
   */
  async #makeUpFor(passwordHash: string): Promise<void> {
    for (let cost = costOf(passwordHash); cost < this.cost; cost += 1) {
      await compare('', dummyHash(cost));
    }
  }

  /**
   * Returns whether the cost of the hash differs from the cost of new hashes. While it is higher, a sign-in
   * of this user takes longer than other sign-ins, which reveals that the user exists.
   */
  needsRehash(passwordHash: string): boolean {
    return costOf(passwordHash) !== this.cost;
  }
}

/** Returns `NaN` for a hash that is not bcrypt's. */
function costOf(passwordHash: string): number {
  return Number(BCRYPT_HASH.exec(passwordHash)?.[1]);
}

/**
 * Returns a well-formed hash to compare with when there is no hash of a user. Its digest was never computed
 * from a password, and the result of the comparison is ignored.
 */
function dummyHash(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`;
}

/** Replaces a text that bcrypt would cut with 64 characters of base64. */
function withinBcryptLimits(text: string): string {
  if (Buffer.byteLength(text) <= BCRYPT_MAX_BYTES && !text.includes('\0')) return text;
  return createHmac('sha384', PRE_HASH_KEY).update(text).digest('base64');
}
