import { Logger } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { eachRow } from '../../../../tools/testing/each-row';
import { gate } from '../database/testing/gate';
import { PasswordHasher } from './password-hasher';
import { PasswordPolicyError } from './password-policy.error';
import { PasswordQueue } from './password-queue';
import { PasswordQueueFullError } from './password-queue-full.error';
import { bcryptPromises, cheapBcrypt } from './testing/cheap-bcrypt';

/** bcrypt hash of "correct horse battery", computed once elsewhere. */
const KNOWN = '$2b$10$abcdefghijklmnopqrstuuCj7fyLDJytXL.TfOiOeiv0fQvSOK1/2';

describe('PasswordHasher', () => {
  const hasher = new PasswordHasher(10);

  it('verifies the password that was hashed, and no other', async () => {
    const hash = await hasher.hash('correct horse battery');
    await expect(hasher.verify('correct horse battery', hash)).resolves.toBe(true);
    await expect(hasher.verify('correct horse battery ', hash)).resolves.toBe(false);
    await expect(hasher.verify('correct horse battery', KNOWN)).resolves.toBe(true);
  });

  it('hashes with the given cost', async () => {
    expect(bcrypt.getRounds(await new PasswordHasher(11).hash('correct horse battery'))).toBe(11);
  });

  it('rejects a cost outside 10 to 15, and a fractional cost', async () => {
    await eachRow(
      [9, 16, 12.5, NaN],
      (cost) => {
        expect(() => new PasswordHasher(cost)).toThrow(RangeError);
      },
      String,
    );
  });

  it('requires a rehash when the cost differs or the hash is invalid', () => {
    expect(hasher.needsRehash(KNOWN)).toBe(false);
    expect(new PasswordHasher(11).needsRehash(KNOWN)).toBe(true);
    expect(new PasswordHasher(12).needsRehash(KNOWN)).toBe(true);
    expect(hasher.needsRehash('plain')).toBe(true);
  });

  describe('with any cost', () => {
    cheapBcrypt();

    async function verifiesAs(password: string, other: string): Promise<boolean> {
      return hasher.verify(other, await hasher.hash(password));
    }

    it('salts each hash of the same password differently', async () => {
      const password = 'correct horse battery';
      expect(await hasher.hash(password)).not.toBe(await hasher.hash(password));
    });

    describe('a password that bcrypt would truncate', () => {
      it.each([72, 73, 100])('is compared beyond the first %i bytes', async (shared) => {
        const start = 'a'.repeat(shared);
        await expect(verifiesAs(`${start}b`, `${start}b`)).resolves.toBe(true);
        await expect(verifiesAs(`${start}b`, `${start}c`)).resolves.toBe(false);
        await expect(verifiesAs(`${start}b`, start)).resolves.toBe(false);
      });

      it('is measured in bytes: 25 three-byte characters exceed 72', async () => {
        const start = '語'.repeat(24);
        await expect(verifiesAs(`${start}語`, `${start}本`)).resolves.toBe(false);
      });

      it('is compared beyond a NUL character', async () => {
        await expect(verifiesAs('before\0after', 'before\0after')).resolves.toBe(true);
        await expect(verifiesAs('before\0after', 'before\0other')).resolves.toBe(false);
        await expect(verifiesAs('before\0after', 'before')).resolves.toBe(false);
      });
    });

    it('treats composed and decomposed letters as the same', async () => {
      await expect(
        verifiesAs('caf\u00e9 caf\u00e9 caf\u00e9', 'cafe\u0301 cafe\u0301 cafe\u0301'),
      ).resolves.toBe(true);
    });

    it('verifies imported passwords shorter than the minimum for new ones', async () => {
      await expect(verifiesAs('short', 'short')).resolves.toBe(true);
      await expect(hasher.verify('short', bcrypt.hashSync('short', 4))).resolves.toBe(true);
    });

    it.each(['$2a$', '$2b$', '$2y$'])(
      'verifies imported hashes that begin with %s',
      async (prefix) => {
        // 72 bytes: the longest password that reaches bcrypt unchanged.
        const password = 'p'.repeat(72);
        const imported = bcrypt.hashSync(password, 4).replace('$2b$', prefix);
        await expect(hasher.verify(password, imported)).resolves.toBe(true);
        await expect(hasher.verify('p'.repeat(71), imported)).resolves.toBe(false);
      },
    );

    it.each([
      ['too long', 'a'.repeat(129)],
      ['no well-formed text', 'a lone surrogate \ud800'],
    ])('neither hashes nor verifies a password that is %s', async (_case, password) => {
      await expect(hasher.hash(password)).rejects.toBeInstanceOf(PasswordPolicyError);
      await expect(hasher.verify(password, bcrypt.hashSync(password, 4))).resolves.toBe(false);
    });
  });

  it('accepts no password when there is no bcrypt hash', async () => {
    const rows = [
      ['an unknown user', null],
      ['an empty hash', ''],
      ['a hash of another kind', '$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA'],
      ['a bcrypt hash cut short', '$2b$10$abcdefghijklmnopqrstuv'],
    ] as const;
    // Even when bcrypt itself would accept the password.
    const compare = jest.spyOn(bcryptPromises, 'compare').mockResolvedValue(true);
    try {
      await eachRow(
        rows,
        async ([, hash]) => {
          await expect(hasher.verify('correct horse battery', hash)).resolves.toBe(false);
          await expect(hasher.verify('', hash)).resolves.toBe(false);
        },
        ([name]) => name,
      );
    } finally {
      compare.mockRestore();
    }
  });

  it('takes as long for hashes of lower cost, whether the password is right or wrong', async () => {
    const hasherOf12 = new PasswordHasher(12);
    const compare = jest.spyOn(bcryptPromises, 'compare');
    try {
      for (const isRight of [true, false]) {
        compare.mockResolvedValue(isRight);
        for (const cost of ['04', '08', '10', '11', '12']) {
          compare.mockClear();
          const imported = KNOWN.replace('$10$', `$${cost}$`);
          await expect(hasherOf12.verify('any horse battery', imported)).resolves.toBe(isRight);
          const rounds = compare.mock.calls.map(([, hash]) => 2 ** bcrypt.getRounds(hash));
          expect(rounds.reduce((sum, it) => sum + it, 0)).toBe(2 ** 12);
        }
      }
    } finally {
      compare.mockRestore();
    }
  });

  it('makes exactly one bcrypt comparison at its own cost', async () => {
    const rows = [
      ['for the right password', 'correct horse battery', KNOWN],
      ['for a wrong password', 'wrong horse battery', KNOWN],
      ['for an unknown user', 'correct horse battery', null],
      ['for a hash that is not bcrypt’s', 'correct horse battery', 'plain'],
      ['for a password of 10 MB', 'a'.repeat(10_000_000), KNOWN],
      ['for a password that is no text', '\ud800', KNOWN],
    ] as const;
    const compare = jest.spyOn(bcryptPromises, 'compare').mockResolvedValue(false);
    try {
      await eachRow(
        rows,
        async ([, password, hash]) => {
          compare.mockClear();
          await hasher.verify(password, hash);
          expect(compare).toHaveBeenCalledTimes(1);
          const [input, compared] = compare.mock.calls[0] ?? ['', ''];
          expect(Buffer.byteLength(input)).toBeLessThanOrEqual(72);
          expect(bcrypt.getRounds(compared)).toBe(10);
        },
        ([name]) => name,
      );
    } finally {
      compare.mockRestore();
    }
  });

  describe('with a full queue', () => {
    const queue = new PasswordQueue(1, 0);
    const waiting = new PasswordHasher(10, queue);
    const held = gate();
    let holder: Promise<void>;
    let warn: jest.SpyInstance;

    beforeAll(() => {
      warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
      holder = queue.run(() => held.opened);
    });

    afterAll(async () => {
      held.open();
      await holder;
      warn.mockRestore();
    });

    it('rejects every password the same way', async () => {
      const rows = [
        ['the right password', 'correct horse battery', KNOWN],
        ['a wrong password', 'wrong horse battery', KNOWN],
        ['an unknown user', 'correct horse battery', null],
        ['a hash that is not bcrypt’s', 'correct horse battery', 'plain'],
        ['a password of 10 MB', 'a'.repeat(10_000_000), KNOWN],
      ] as const;
      await eachRow(
        rows,
        ([, password, hash]) =>
          expect(waiting.verify(password, hash)).rejects.toBeInstanceOf(PasswordQueueFullError),
        ([name]) => name,
      );
    });

    it('refuses to hash, but still reports a password that violates the policy', async () => {
      const hashed = waiting.hash('correct horse battery');
      await expect(hashed).rejects.toBeInstanceOf(PasswordQueueFullError);
      await expect(waiting.hash('\ud800')).rejects.toBeInstanceOf(PasswordPolicyError);
    });
  });
});
