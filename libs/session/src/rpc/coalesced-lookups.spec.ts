import { CoalescedLookups } from './coalesced-lookups.js';

describe('concurrent look-ups of one session', () => {
  /** Current state. A call reads it when it arrives, however late its answer comes. */
  let state: string;
  let sent: { id: string; fresh: boolean; answer: () => void; fail: () => void }[];
  let joined: number;
  let lookups: CoalescedLookups<string>;

  beforeEach(() => {
    state = 'live';
    sent = [];
    joined = 0;
    lookups = new CoalescedLookups(
      (id, fresh) => {
        const read = state;
        return new Promise((resolve, reject) => {
          sent.push({
            id,
            fresh,
            answer: () => {
              resolve(read);
            },
            fail: () => {
              reject(new Error('away'));
            },
          });
        });
      },
      () => {
        joined += 1;
      },
    );
  });

  /** Waits until everything has happened that does not wait for an answer. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  it('never share a request that was sent before they started', async () => {
    const before = lookups.find('a', false);
    state = 'signed out';
    const after = lookups.find('a', false);
    sent[0]?.answer();
    expect(await before).toBe('live');
    await settle();
    sent[1]?.answer();

    expect(await after).toBe('signed out');
  });

  it('never share a pending request, even when they start right after it was sent', async () => {
    const first = lookups.find('a', false);
    const second = lookups.find('a', false);
    sent[0]?.answer();
    await first;
    await settle();
    expect(sent).toHaveLength(2);
    state = 'signed out';
    const third = lookups.find('a', false);
    sent[1]?.answer();
    expect(await second).toBe('live');
    await settle();
    sent[2]?.answer();

    expect(await third).toBe('signed out');
  });

  it('share one follow-up request in any number', async () => {
    const all = Array.from({ length: 100 }, () => lookups.find('a', false));
    expect(sent).toHaveLength(1);
    sent[0]?.answer();
    await settle();
    expect(sent).toHaveLength(2);
    sent[1]?.answer();

    expect(await Promise.all(all)).toHaveLength(100);
    expect(sent).toHaveLength(2);
    expect(joined).toBe(98);
  });

  it('do not fail with the request before theirs', async () => {
    const first = lookups.find('a', false);
    const second = lookups.find('a', false);
    sent[0]?.fail();
    await expect(first).rejects.toThrow('away');
    await settle();
    sent[1]?.answer();

    expect(await second).toBe('live');
  });

  it('request a fresh answer when one of them needs it', async () => {
    void lookups.find('a', false);
    void lookups.find('a', false);
    void lookups.find('a', true);
    void lookups.find('a', false);
    sent[0]?.answer();
    await settle();

    expect(sent.map(({ fresh }) => fresh)).toEqual([false, true]);
  });

  it('do not wait for look-ups of another session', () => {
    void lookups.find('a', false);
    void lookups.find('b', false);

    expect(sent.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('leave no state behind', async () => {
    for (let round = 0; round < 3; round += 1) {
      const found = lookups.find('a', false);
      expect(sent).toHaveLength(round + 1);
      sent[round]?.answer();
      await found;
      await settle();
    }
    expect(joined).toBe(0);
  });
});
