import { Logger } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { gate } from '../database/testing/gate';
import { PasswordHasher } from './password-hasher';
import { PasswordPolicyError } from './password-policy.error';
import { PasswordQueue } from './password-queue';
import { PasswordQueueFullError } from './password-queue-full.error';

describe('PasswordHasher', () => {
  const hasher = new PasswordHasher(10);

  async function verifiesAs(password: string, other: string): Promise<boolean> {
    return hasher.verify(other, await hasher.hash(password));
  }

  it('verifies the password that was hashed, and no other', async () => {
    const hash = await hasher.hash('correct horse battery');
    await expect(hasher.verify('correct horse battery', hash)).resolves.toBe(true);
    await expect(hasher.verify('correct horse battery ', hash)).resolves.toBe(false);
  });

  it('salts: one password has many hashes', async () => {
    const password = 'correct horse battery';
    expect(await hasher.hash(password)).not.toBe(await hasher.hash(password));
  });

  it('hashes with the cost it was given', async () => {
    expect(bcrypt.getRounds(await new PasswordHasher(11).hash('correct horse battery'))).toBe(11);
  });

  it.each([9, 16, 12.5, NaN])('does not take the cost %p', (cost) => {
    expect(() => new PasswordHasher(cost)).toThrow(RangeError);
  });

  describe('what bcrypt would cut', () => {
    it.each([72, 73, 100])('is told apart after %i bytes', async (shared) => {
      const start = 'a'.repeat(shared);
      await expect(verifiesAs(`${start}b`, `${start}b`)).resolves.toBe(true);
      await expect(verifiesAs(`${start}b`, `${start}c`)).resolves.toBe(false);
      await expect(verifiesAs(`${start}b`, start)).resolves.toBe(false);
    });

    it('is counted in bytes: 25 characters of three are more than 72', async () => {
      const start = '語'.repeat(24);
      await expect(verifiesAs(`${start}語`, `${start}本`)).resolves.toBe(false);
    });

    it('is told apart after a NUL', async () => {
      await expect(verifiesAs('before\0after', 'before\0after')).resolves.toBe(true);
      await expect(verifiesAs('before\0after', 'before\0other')).resolves.toBe(false);
      await expect(verifiesAs('before\0after', 'before')).resolves.toBe(false);
    });
  });

  it('takes composed and decomposed letters for the same', async () => {
    await expect(
      verifiesAs('caf\u00e9 caf\u00e9 caf\u00e9', 'cafe\u0301 cafe\u0301 cafe\u0301'),
    ).resolves.toBe(true);
  });

  it.each(['$2a$', '$2b$', '$2y$'])(
    'verifies imported hashes that begin with %s',
    async (prefix) => {
      // 72 bytes: the longest that reaches bcrypt untouched.
      const password = 'p'.repeat(72);
      const imported = (await bcrypt.hash(password, 10)).replace('$2b$', prefix);
      await expect(hasher.verify(password, imported)).resolves.toBe(true);
      await expect(hasher.verify('p'.repeat(71), imported)).resolves.toBe(false);
    },
  );

  it('verifies imported passwords that are shorter than new ones may be', async () => {
    await expect(hasher.verify('short', await bcrypt.hash('short', 10))).resolves.toBe(true);
    await expect(verifiesAs('short', 'short')).resolves.toBe(true);
  });

  it.each([
    ['an unknown user', null],
    ['an empty hash', ''],
    ['a hash of another kind', '$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA'],
    ['a bcrypt hash cut short', '$2b$10$abcdefghijklmnopqrstuv'],
  ])('finds nothing right for %s', async (_case, hash) => {
    await expect(hasher.verify('correct horse battery', hash)).resolves.toBe(false);
    await expect(hasher.verify('', hash)).resolves.toBe(false);
  });

  it.each([
    ['too long', 'a'.repeat(129)],
    ['no well-formed text', 'a lone surrogate \ud800'],
  ])('neither hashes nor verifies a password that is %s', async (_case, password) => {
    await expect(hasher.hash(password)).rejects.toBeInstanceOf(PasswordPolicyError);
    await expect(hasher.verify(password, await bcrypt.hash(password, 10))).resolves.toBe(false);
  });

  describe('does one bcrypt comparison of its cost', () => {
    const known = bcrypt.hashSync('correct horse battery', 10);
    let compare: jest.SpiedFunction<typeof bcrypt.compare>;

    beforeEach(() => {
      compare = jest.spyOn(bcrypt, 'compare');
    });

    afterEach(() => {
      compare.mockRestore();
    });

    it.each([
      ['for the right password', 'correct horse battery', known],
      ['for a wrong password', 'wrong horse battery', known],
      ['for an unknown user', 'correct horse battery', null],
      ['for a hash that is not bcrypt’s', 'correct horse battery', 'plain'],
      ['for a password of 10 MB', 'a'.repeat(10_000_000), known],
      ['for a password that is no text', '\ud800', known],
    ])('%s', async (_case, password, hash) => {
      await hasher.verify(password, hash);
      expect(compare).toHaveBeenCalledTimes(1);
      const [input, compared] = compare.mock.calls[0] ?? ['', ''];
      expect(Buffer.byteLength(input)).toBeLessThanOrEqual(72);
      expect(bcrypt.getRounds(compared)).toBe(10);
    });
  });

  describe('with a queue that is full', () => {
    const known = bcrypt.hashSync('correct horse battery', 10);
    const queue = new PasswordQueue(1, 0);
    const waiting = new PasswordHasher(10, queue);
    const held = gate();
    let holder: Promise<void>;

    beforeAll(() => {
      jest.spyOn(Logger.prototype, 'warn').mockImplementation();
      holder = queue.run(() => held.opened);
    });

    afterAll(async () => {
      held.open();
      await holder;
      jest.restoreAllMocks();
    });

    it.each([
      ['the right password', 'correct horse battery', known],
      ['a wrong password', 'wrong horse battery', known],
      ['an unknown user', 'correct horse battery', null],
      ['a hash that is not bcrypt’s', 'correct horse battery', 'plain'],
      ['a password of 10 MB', 'a'.repeat(10_000_000), known],
    ])('refuses %s alike', async (_case, password, hash) => {
      const verified = waiting.verify(password, hash);
      await expect(verified).rejects.toBeInstanceOf(PasswordQueueFullError);
    });

    it('refuses to hash, and says still what it never hashes', async () => {
      const hashed = waiting.hash('correct horse battery');
      await expect(hashed).rejects.toBeInstanceOf(PasswordQueueFullError);
      await expect(waiting.hash('\ud800')).rejects.toBeInstanceOf(PasswordPolicyError);
    });
  });

  it('asks for a new hash when the cost is another, or the hash is none', async () => {
    const hash = await hasher.hash('correct horse battery');
    expect(hasher.needsRehash(hash)).toBe(false);
    expect(new PasswordHasher(11).needsRehash(hash)).toBe(true);
    expect(new PasswordHasher(12).needsRehash(hash)).toBe(true);
    expect(hasher.needsRehash('plain')).toBe(true);
  });
});
