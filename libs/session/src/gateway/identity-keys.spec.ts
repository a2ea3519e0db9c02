import { Logger } from '@nestjs/common';
import { eventually } from '../../../../tools/testing/eventually.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { MovedClock } from '../../test-support/moved-clock.js';
import { IdentityKeys } from './identity-keys.js';
import { SessionIdentityOptions } from './session-identity.options.js';
import { MemoryKeyRegistry } from './test-support/memory-key.registry.js';

const MINUTE = 60_000;
const OPTIONS = { rotateEvery: '20m', cacheFor: '5m' };

describe('the keys of a process', () => {
  const clock = MovedClock.forEachTest();
  const opened: IdentityKeys[] = [];
  let registry: MemoryKeyRegistry;

  beforeEach(() => {
    jest.spyOn(Logger.prototype, 'error').mockImplementation();
    registry = new MemoryKeyRegistry();
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((keys) => keys.beforeApplicationShutdown()));
    jest.restoreAllMocks();
  });

  function open(given = {}): IdentityKeys {
    const keys = new IdentityKeys(registry, new SessionIdentityOptions(given));
    opened.push(keys);
    return keys;
  }

  const publishedKids = async () => (await registry.list()).map(({ kid }) => kid);

  it('are published before anything is signed, including the key that will sign', async () => {
    const keys = open();
    const published = await keys.published();
    expect(published.map(({ kid }) => kid)).toEqual([(await keys.forSigning()).kid]);
  });

  it('are created once for concurrent requests', async () => {
    const keys = open();
    const kids = await Promise.all(Array.from({ length: 20 }, () => keys.forSigning()));
    expect(new Set(kids.map(({ kid }) => kid)).size).toBe(1);
    expect(await publishedKids()).toHaveLength(1);
  });

  it('stay published after the process that signed with them is gone', async () => {
    const gone = open();
    const { kid } = await gone.forSigning();
    await gone.beforeApplicationShutdown();
    expect(await publishedKids()).toEqual([kid]);
  });

  it('rotate: the next key is published in advance, and the last key stays published', async () => {
    const keys = open(OPTIONS);
    const signedWith: string[] = [];
    const publishedWhileOthersSigned = new Set<string>();
    for (let minute = 0; signedWith.length < 3 && minute < 60; minute += 1) {
      const published = await publishedKids();
      const { kid } = await keys.forSigning();
      expect(await publishedKids()).toContain(kid);
      if (signedWith.at(-1) !== kid) signedWith.push(kid);
      for (const it of published.filter((other) => other !== kid))
        publishedWhileOthersSigned.add(it);
      clock.forward(MINUTE);
      await keys.renew();
    }
    const [first, ...later] = signedWith;
    expect([...publishedWhileOthersSigned]).toEqual(expect.arrayContaining(later));
    expect(await publishedKids()).toEqual(expect.arrayContaining(signedWith));
    expect(first).toBeDefined();
    expect(signedWith).toHaveLength(3);
  });

  it('sign only after every service has had time to fetch them', async () => {
    const keys = open(OPTIONS);
    const { kid } = await keys.forSigning();
    clock.forward(20 * MINUTE);
    await keys.renew();
    expect(await publishedKids()).toHaveLength(2);
    clock.forward(5 * MINUTE - 1_000);
    expect((await keys.forSigning()).kid).toBe(kid);
    clock.forward(1_000);
    expect((await keys.forSigning()).kid).not.toBe(kid);
  });

  it('do not sign when the registry has lost them and rejects writes', async () => {
    const keys = open();
    await keys.forSigning();
    registry.clear();
    registry.isReadOnly = true;
    await expect(keys.forSigning()).rejects.toThrow(SessionStoreUnavailableError);
    await expect(keys.forSigning()).rejects.toThrow(SessionStoreUnavailableError);
    registry.isReadOnly = false;
    await keys.forSigning();
  });

  it('are published again even while nothing is signed', async () => {
    const keys = open({ rotateEvery: '800ms', cacheFor: '40ms' });
    await keys.forSigning();
    registry.clear();
    await eventually(async () => (await publishedKids()).length > 0);
  });

  it('are not replaced by a key that could not be published', async () => {
    const keys = open({ rotateEvery: '2m', cacheFor: '1m' });
    const { kid } = await keys.forSigning();
    registry.isAway = true;
    // Long enough for several new keys, had they been published.
    for (let minute = 0; minute < 10; minute += 2) {
      clock.forward(2 * MINUTE);
      await expect(keys.renew()).rejects.toThrow(SessionStoreUnavailableError);
      expect((await keys.forSigning()).kid).toBe(kid);
    }
    registry.isAway = false;
    await keys.renew();
    clock.forward(MINUTE);
    expect((await keys.forSigning()).kid).not.toBe(kid);
  });
});
